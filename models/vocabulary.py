"""Every code the house uses, once. Stored by value as text, so that a new code is one line and never a native enum type.

Words for people live in locales/; the glossary (locales/glossary.md) gives the Chinese and Korean of each code.
"""

from enum import StrEnum


class Language(StrEnum):
    """A reader's language. Korean is the Korean of Yanbian (조선어), never Seoul's."""

    ZH = "zh_CN"
    KO = "ko_CN"


class AreaLevel(StrEnum):
    """Levels of the area tree, from the largest to the smallest."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    STREET = "street"  # 街道 or 乡镇
    COMMUNITY = "community"  # 社区 or 村
    GRID = "grid"  # 网格
    MICRO_GRID = "micro_grid"  # 微网格


class Role(StrEnum):
    """What a person may answer for. A person may hold several duties."""

    RESIDENT = "resident"
    HELPER = "helper"  # 楼栋长: reports only
    GRID_OFFICER = "grid_officer"
    MEDIATOR = "mediator"
    JUDGE = "judge"
    JUDGE_ASSISTANT = "judge_assistant"
    SUPERVISOR = "supervisor"  # 综治中心
    COURT_SUPERVISOR = "court_supervisor"  # 庭长; only he freezes or orders judges (law 14)
    COORDINATOR = "coordinator"  # 值班, the duty desk
    ADMINISTRATOR = "administrator"


class RosterChange(StrEnum):
    """What was done to the office itself, by an administrator; each stands in the record of the roster."""

    AREA = "area"  # an area's name, telephone or hours
    PERSON = "person"  # a name or a telephone
    DUTY_GIVEN = "duty_given"
    DUTY = "duty"  # its days, rank, languages or station
    DUTY_ENDED = "duty_ended"
    INVITED = "invited"
    LEFT = "left"
    AREA_LIST = "area_list"  # a file of areas was brought in by the command; so in the next
    PEOPLE_LIST = "people_list"
    SHIFT = "shift"  # a shift of the rota: from whom to whom


class Station(StrEnum):
    """The office that sends somebody, where it matters: who sits down together, and who never judges itself."""

    COURT = "court"  # 法庭
    JUSTICE_OFFICE = "justice_office"  # 司法所
    FARM_STATION = "farm_station"  # 农经站
    VILLAGE_COMMITTEE = "village_committee"  # 村民委员会, 居民委员会
    STREET_OFFICE = "street_office"  # 街道办事处, 乡镇政府
    POLICE_STATION = "police_station"  # 派出所
    TRAFFIC_POLICE = "traffic_police"  # 交警
    LABOUR_OFFICE = "labour_office"  # 人社
    HEALTH_OFFICE = "health_office"  # 卫健
    PROPERTY_OFFICE = "property_office"  # 住建


class Stage(StrEnum):
    """Where a case stands in its one life. The moves between them: cases/lifecycle.py."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    MEDIATING = "mediating"
    SUSPENDED = "suspended"
    AGREED = "agreed"
    REFERRED = "referred"
    CLOSED = "closed"
    ARCHIVED = "archived"


CLOSED = frozenset({Stage.CLOSED, Stage.ARCHIVED})
OPEN = frozenset(Stage) - CLOSED


class Move(StrEnum):
    """The verbs that change a stage."""

    REGISTER = "register"
    ACCEPT = "accept"
    BEGIN = "begin"
    SUSPEND = "suspend"
    RESUME = "resume"
    AGREE = "agree"
    BREACH = "breach"
    REFER = "refer"
    TAKE_BACK = "take_back"  # the other organ does not deal with it
    CLOSE = "close"
    REOPEN = "reopen"
    ARCHIVE = "archive"


class Part(StrEnum):
    """The part a handler plays in a case: each case has one judge and one mediator at a time."""

    JUDGE = "judge"
    MEDIATOR = "mediator"


class AssignmentState(StrEnum):
    """An offer of a case to a handler. Seen is not taken (law 5)."""

    OFFERED = "offered"
    SEEN = "seen"
    TAKEN = "taken"
    RETURNED = "returned"
    RELEASED = "released"


class Side(StrEnum):
    """Which side of the dispute a party stands on."""

    REPORTER = "reporter"
    OTHER = "other"
    CONCERNED = "concerned"  # one of several people with the reporter's claim


class Channel(StrEnum):
    """Who brought the report."""

    RESIDENT = "resident"
    GRID_OFFICER = "grid_officer"


class Level(StrEnum):
    """Urgency, highest first (domain rule book 6.4)."""

    RED = "red"  # 紧急
    ORANGE = "orange"  # 重大
    YELLOW = "yellow"  # 一般
    GREEN = "green"


#: From the lowest to the highest: a level is raised one step at a time and never lowered.
LEVELS_UP = (Level.GREEN, Level.YELLOW, Level.ORANGE, Level.RED)


class Raise(StrEnum):
    """Why somebody blows the whistle on a case that is already there."""

    CROWD = "crowd"  # 人多了
    BREWING = "brewing"  # 要出事
    INJURED = "injured"  # 有人受伤
    VULNERABLE = "vulnerable"  # 涉及老人孩子
    WORSE = "worse"  # a visit found it worse
    WORDS = "words"  # said in words


class Flag(StrEnum):
    """What a text or a person said that changes how a case is handled."""

    DV = "dv"
    THREAT = "threat"
    SELFHARM = "selfharm"
    MINOR = "minor"
    CRIME = "crime"
    GROUP = "group"
    BLOCK = "block"  # blocking a road or gate, a march
    WAGE = "wage"
    INJURY = "injury"


#: Flags under which nothing is sent on the system's own motion to the other side, the grid or the reporter (law 13).
GUARDED = frozenset({Flag.DV, Flag.THREAT, Flag.SELFHARM, Flag.MINOR})


class Category(StrEnum):
    """The fifteen kinds of the Ministry of Justice's people's-mediation statistics; codes are the project's own.

    NM1 to NM3 are not for mediation: police and crime, administration and petitions, already before a court.
    """

    FAMILY = "RT01"
    NEIGHBOURS = "RT02"
    HOUSE_SITE = "RT03"
    CONTRACT = "RT04"
    BUSINESS = "RT05"
    DAMAGES = "RT06"
    LAND = "RT07"
    EXPROPRIATION = "RT08"
    POLLUTION = "RT09"
    LABOUR = "RT10"
    CONSUMER = "RT11"
    MEDICAL = "RT12"
    TRAFFIC = "RT13"
    PROPERTY_MANAGEMENT = "RT14"
    OTHER = "RT15"
    POLICE = "NM1"
    ADMINISTRATION = "NM2"
    IN_COURT = "NM3"


class Outcome(StrEnum):
    """How a case ended (domain rule book 6.8)."""

    PERFORMED = "C01"
    TO_BE_PERFORMED = "C02"
    ORAL_AGREEMENT = "C03"
    CONFIRMED_BY_COURT = "C04"
    SETTLED_THEMSELVES = "C05"
    WITHDRAWN = "C06"
    REFUSED = "C07"
    UNREACHABLE = "C08"
    NOT_REACHED = "C09"
    TERM_EXPIRED = "C10"
    NOT_ACCEPTED = "C11"
    TO_POLICE = "C12"
    TO_OTHER_ORGAN = "C13"
    MERGED = "C14"
    SHAM = "C15"
    ENDED = "C16"


class Form(StrEnum):
    """How an agreement was made (人民调解法 28–30): an oral one is registered and confirmed by both sides."""

    WRITTEN = "written"
    ORAL = "oral"


class ContactWay(StrEnum):
    """By which way a contact was tried; nobody counts as unreachable by one way alone (rule book 6.8)."""

    PHONE = "phone"
    VISIT = "visit"


class Pause(StrEnum):
    """Why a mediation is suspended. The time of an expert's work is not counted (医疗纠纷预防和处理条例 38)."""

    EXPERT = "expert"
    BOTH_WISH = "both_wish"


class Organ(StrEnum):
    """To whom a matter goes that is not, or no longer, for the people's mediation."""

    POLICE = "police"
    COURT = "court"
    ARBITRATION = "arbitration"
    ADMINISTRATION = "administration"
    LEGAL_AID = "legal_aid"


class Rating(StrEnum):
    """满意 / 基本满意 / 不满意 / 不评价."""

    SATISFIED = "satisfied"
    MOSTLY = "mostly"
    UNSATISFIED = "unsatisfied"
    NO_ANSWER = "no_answer"


class Kept(StrEnum):
    """One side's answer to "was the promise kept?"."""

    ALL = "all"
    PARTLY = "partly"
    NOT = "not"


class ContactResult(StrEnum):
    """What a handler's one tap records about a contact."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    DAY_AGREED = "day_agreed"


class Visit(StrEnum):
    """What a grid officer found at the door, in one tap."""

    HOME = "home"  # somebody was at home
    NOBODY = "nobody"
    CALMER = "calmer"
    WORSE = "worse"


class Tie(StrEnum):
    """Why a handler recuses himself (民事诉讼法 47)."""

    KIN = "kin"  # 亲属
    INTEREST = "interest"  # 利害
    OTHER = "other"


class Challenge(StrEnum):
    """Why a party asks for another handler (人民调解工作若干规定 25, 民事诉讼法 47)."""

    RELATED = "related"  # 与对方有关系
    UNFAIR = "unfair"  # 办得不公正
    WORDS = "words"  # said in words


class SafeChannel(StrEnum):
    """How the person in danger wants to be reached (law 13); chosen by that person only."""

    UNASKED = "unasked"  # not yet asked: nobody writes
    HERE = "here"  # this chat is safe
    PHONE = "phone"  # call the number and hour that were given
    SELF = "self"  # the person comes back; nobody contacts them
    HELP_ONLY = "help_only"  # wanted only the list of places that help


class Clock(StrEnum):
    """Every kind of clock. Terms, rungs and sources: cases/clocks.py."""

    ACKNOWLEDGE = "acknowledge"
    FIRST_CONTACT = "first_contact"
    MEDIATION_TERM = "mediation_term"
    PROMISE = "promise"
    FOLLOW_UP = "follow_up"
    WEEKLY_REVIEW = "weekly_review"
    CONSENT = "consent"  # the people spoken for are still to be asked
    TASK = "task"


class ClockState(StrEnum):
    """A clock runs until something recorded stops it; LAPSED means that all its rungs have fired."""

    RUNNING = "running"
    PAUSED = "paused"
    LAPSED = "lapsed"
    STOPPED = "stopped"


class TaskKind(StrEnum):
    """Work for a human that no button of a case covers."""

    LISTEN = "listen"  # hear a voice report and write its summary
    READ = "read"  # read a text that only sounds like danger, within two hours
    CALL = "call"  # somebody asked to be called
    SAFE_CALL = "safe_call"  # a call at the number and hour chosen by a person in danger
    PAPER = "paper"  # bring the signed paper of what was recorded
    READ_ALOUD = "read_aloud"  # tell somebody without a chat what a notice says
    CHALLENGE = "challenge"  # a party asks for another handler: the head decides
    ORDER = "order"  # 督办: a head's order to whoever has the case, answered in words
    REQUEST = "request"  # 提请: the centre asks the court's own head (law 14)


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"


class UpdateState(StrEnum):
    """An incoming update: a row before it is confirmed."""

    NEW = "new"
    DONE = "done"
    DEAD = "dead"


class Content(StrEnum):
    """How much the office writes on its own motion; the rest opens on a tap (law 9)."""

    FULL = "full"
    NUMBER_ONLY = "number_only"


class NoticeState(StrEnum):
    """An outgoing message: a row before it is sent."""

    NEW = "new"
    LISTED = "listed"  # stands on a list of its reader's, and opens there
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"  # perhaps sent: the answer was lost
    WITHDRAWN = "withdrawn"  # no longer true, or replaced by a newer screen
    UNREACHABLE = "unreachable"
    FAILED = "failed"


class Urgent(StrEnum):
    """The order in which notices leave: danger, answers, notices, bulk."""

    RED = "0_red"
    ANSWER = "1_answer"
    NOTICE = "2_notice"
    BULK = "3_bulk"


#: What keeps no quiet hours, stands on no list and waits for no other: danger, and what somebody is waiting for.
PRESSING = frozenset({Urgent.RED, Urgent.ANSWER})


class EvidenceKind(StrEnum):
    """How a file was sent: by the same way it is shown, since Telegram does not let a file change its kind."""

    VOICE = "voice"
    PHOTO = "photo"
    DOCUMENT = "document"
    AUDIO = "audio"
    VIDEO = "video"
    ANIMATION = "animation"  # a moving picture without sound


class EvidenceState(StrEnum):
    ANNOUNCED = "announced"
    STORED = "stored"
    REFUSED = "refused"


class Refusal(StrEnum):
    """Why a file was not kept. It stays announced by name, and the person is told what to do."""

    TOO_LARGE = "too_large"
    KIND_NOT_TAKEN = "kind_not_taken"
    EMPTY = "empty"
    GONE = "gone"  # Telegram has it no more
    DROPPED = "dropped"  # its report was never sent, and its seven days are over


class MediaType(StrEnum):
    """What a file is by its content (bot/media_types.py): the whole allow-list."""

    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"
    HEIC = "heic"
    OGG = "ogg"
    MP3 = "mp3"
    M4A = "m4a"
    AMR = "amr"
    WAV = "wav"
    MP4 = "mp4"
    PDF = "pdf"
    DOC = "doc"  # Word and WPS before 2007
    XLS = "xls"
    DOCX = "docx"
    XLSX = "xlsx"
    OFD = "ofd"  # 版式文档, the form of China's electronic invoices
    TEXT = "text"


class Sensitive(StrEnum):
    """Data that handlers see only when the person has agreed by a button of its own (个人信息保护法 28–31; rule book 6.11)."""

    HEALTH = "health"
    HOME = "home"  # where somebody lives, to the door
    CHILD = "child"  # a child under fourteen: the guardian agrees
    IDENTITY = "identity"  # an identity number: never needed here, always masked
    ACCOUNT = "account"  # a bank card: never needed here, always masked


class Erased(StrEnum):
    """What was deleted of a person's own data."""

    DRAFT = "draft"
    FILE = "file"
    PHONE = "phone"
    NAME = "name"
    LANGUAGE = "language"


class Nature(StrEnum):
    """A database is stamped at birth: invented people never enter a live one."""

    SANDBOX = "sandbox"
    LIVE = "live"
