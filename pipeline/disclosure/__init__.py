"""Statistical disclosure control: what is sensitive, what is suppressed for it, and the audit that attacks the rest.

requirements     what is sensitive, and to which protection level
constraints      what holds between the answers of every return that counts
suppress         primary and secondary suppression: from `statistics` to `output`
audit            the attack on what would be published

Suppression and audit share definitions only: the threshold, what a small count is, the protection level, which checks
every return has passed. Everything that could be done wrongly is done twice. Suppression starts from the tables of the
warehouse and takes its equations from `meta`; the audit starts from the released figures and the definitions, finds
out by itself which cells are sensitive, writes its own equations and has its own linear programmes. Neither imports
the other.
"""
