"""The audit: an attack on everything that would be published, by a reader who knows the definitions and nothing else.

run              every block of the editions attacked, and the report
editions         released figures as an attacker lays them out    questionnaire  what a form makes known
comparisons      relations that published changes add             relations      all of it, as one system of sums
blocks           what a relation may tie together                 audit_block    the attack on one block
system           sums of whole numbers, narrowed by arithmetic    differences    shorter rows that say the same
attack           feasibility intervals                            insiders       centres that know their own answers
rates            rates and shares, held against what is shown
solver, steps    linear programmes                                verdict        which intervals disclose too much
nonresponse      limits of what is missing         sentences      what the analyst reads
"""

from pipeline.disclosure.audit.run import AuditReport, audit_editions
from pipeline.disclosure.audit.sentences import already_disclosed_lines, refusal

__all__ = ["AuditReport", "already_disclosed_lines", "audit_editions", "refusal"]
