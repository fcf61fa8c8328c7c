"""What the page of a conversation shows, for tests."""

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.requests import Endpoint

ENDPOINT = Endpoint(BaseUrl.parse("http://127.0.0.1:9/v1"))


def id_of(session, text):
    return next(message.id for message in session.messages if message.text == text)


def page_of(session):
    return [message.text for message in session.messages]


def walk(session, step=-1):
    """Show the branch that stands beside the first one on the page that has others."""
    branches = next(b for m in session.messages if len(b := session.branches(m.id)) > 1)
    here = next(i for i, name in enumerate(branches) if session.index_of(name) is not None)
    session.show_branch(branches[here + step])
