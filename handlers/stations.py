"""The offices that send somebody, or that a dispute is with, by code."""

from locales import P_, Word
from models.vocabulary import Station

STATIONS: dict[Station, Word] = {
    Station.COURT: P_("word", "the court"),
    Station.JUSTICE_OFFICE: P_("word", "the justice office"),
    Station.FARM_STATION: P_("word", "the farm station"),
    Station.VILLAGE_COMMITTEE: P_("word", "the village or residents' committee"),
    Station.STREET_OFFICE: P_("word", "the street or township government"),
    Station.POLICE_STATION: P_("word", "the police station"),
    Station.TRAFFIC_POLICE: P_("word", "the traffic police"),
    Station.LABOUR_OFFICE: P_("word", "the labour office"),
    Station.HEALTH_OFFICE: P_("word", "the health office"),
    Station.PROPERTY_OFFICE: P_("word", "the housing office"),
}
