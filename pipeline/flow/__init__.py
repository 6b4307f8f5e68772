"""The phases in order: build, audit, publish. Each is kept under the key of all it is made of.

A build is made of what was received and decided, the editions, definitions and models. An audit is made of a build,
the editions and the definitions; a site of a build, its audit, the editions, the definitions and the files of site/.
"""

from pipeline.flow.auditing import attack, audit, incomplete_nation
from pipeline.flow.building import build
from pipeline.flow.publishing import edition_files, publish
from pipeline.flow.summary import Step, Summary

__all__ = ["Step", "Summary", "attack", "audit", "build", "edition_files", "incomplete_nation", "publish"]
