"""Options of the project's own tests."""


def pytest_addoption(parser):
    text = "hold every chaff's public cases at home against a grading, not only a sample"
    parser.addoption("--every-chaff", action="store_true", help=text)
    text = "run every attack, not only every second one of each family"
    parser.addoption("--every-attack", action="store_true", help=text)
