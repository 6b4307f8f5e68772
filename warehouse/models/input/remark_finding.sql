-- What was noticed while the returns that count were read, each at its cell or (variable blank) about the whole file.
-- An answer that has been corrected is no longer spoken of. Of a version that would be replaced, its number is the value:
-- what explains that it is, holds for no other.
select
    remark.rule, notice.severity, 'centre' as audience, notice.position, counting.year, counting.centre, counting.version,
    remark.variable, counting.form, remark.cell, coalesce(answer.text, remark.facts ->> '$.version', '') as value, remark.facts
from source.remark as remark
join input.return as counting using (year, centre, version)
join meta.notice as notice using (rule)
left join input.answer as answer using (year, centre, variable)
where answer.text is not distinct from answer.received
