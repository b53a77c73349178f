"""Options of the project's own tests."""

from autograder.sandbox import limits, namespaces


def pytest_addoption(parser):
    text = "hold every chaff's public cases at home against a grading, not only a sample"
    parser.addoption("--every-chaff", action="store_true", help=text)
    text = "run every attack, not only every second one of each family"
    parser.addoption("--every-attack", action="store_true", help=text)
    text = "run workers under this user's own uid, as where there are no namespaces"
    parser.addoption("--same-user", action="store_true", help=text)


def pytest_configure(config):
    if config.getoption("--same-user"):
        limits.free_uid = lambda: None
        namespaces.available = lambda: False
