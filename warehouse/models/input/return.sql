-- The return that counts for each centre and year: the newest version received.
select year, centre, max(version) as version, arg_max(form, version) as form
from source.return
group by all
