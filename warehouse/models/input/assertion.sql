-- Everything checked in every return that counts, each as one observed number and the limits it must keep.
-- Grain: rule, instance, year, centre, variable.
select * from input.cell_assertion
union all by name select * from input.relation_assertion
union all by name select * from input.history_assertion
