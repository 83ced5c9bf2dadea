"""nbgrader's settings: its source and release folders are this book's solutions/ and exercises/."""

c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.ClearSolutions.code_stub = {"python": "..."}  # a blank exercise runs clean and scores 0
c.ClearSolutions.text_stub = "*Your answer here.*"
