"""Settings for all tests: the same examples every time, however slow the machine."""

import hypothesis

hypothesis.settings.register_profile("course", deadline=None, derandomize=True, database=None, max_examples=40)
hypothesis.settings.load_profile("course")
