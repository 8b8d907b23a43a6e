"""Imports every table once, so that the metadata is whole for migrations and relationships."""

from models import (  # noqa: F401
    area,
    assignment,
    case,
    consent,
    deadline,
    draft,
    duty,
    event,
    evidence,
    notice,
    office,
    party,
    person,
    task,
    update_in,
)
