"""Options of the project's own tests."""


def pytest_addoption(parser):
    text = "hold every chaff's public cases at home against a grading, not only a sample"
    parser.addoption("--every-chaff", action="store_true", help=text)
