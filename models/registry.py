"""Imports every table once, so that the metadata is whole for migrations and relationships."""

from models import (  # noqa: F401
    area,
    assignment,
    back_office,
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
    rota,
    task,
    update_in,
)
