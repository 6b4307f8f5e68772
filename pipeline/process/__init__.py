"""PROCESS: from what was received to figures in one vocabulary, and what somebody must look at on the way."""
