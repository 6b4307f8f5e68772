-- What the national figures are checked for before they are released.
select * from statistics.published_assertion
union all by name select * from statistics.nation_assertion
