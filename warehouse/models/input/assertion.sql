-- Everything checked in every return that counts, each as one observed number and the limits it must keep.
-- left_value, right_value, least, most, n and other (an answer or centres) are what its sentence may speak of.
select * from input.written_assertion
union all by name select * from input.range_assertion
union all by name select * from input.parts_assertion
union all by name select * from input.relation_assertion
union all by name select * from input.history_assertion
union all by name select * from input.usual_assertion
union all by name select * from input.steady_assertion
union all by name select * from input.profile_assertion
union all by name select * from input.copied_assertion
union all by name select * from input.slip_assertion
union all by name select * from input.answers_assertion
union all by name select * from input.twice_assertion
union all by name select * from input.context_assertion
union all by name select * from input.across_assertion
