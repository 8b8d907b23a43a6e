"""What is wrong with an office, or will soon be, each with the way to mend it. Nothing is changed.

Law: every finding says what is wrong in Chinese and English, and what to type or whom to ask.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.evidence_elsewhere import kept_by
from bot.evidence_store import EvidenceStore, StoreAway
from bot.keys import KeysGone
from bot.ledger import NotReady, looking, standing
from bot.office_rules import OfficeFileRefused, rules_of
from bot.records import UNRECORDED
from bot.service_checkup import Finding, of_machine, of_pulses, of_telegram
from bot.settings import PREFIX, Settings, SettingsInvalid
from cases.actions.mending import LOOKED_BACK
from cases.coverage import Gap, coverage
from cases.views import number_of
from cases.work import Work
from cases.workdays import Status
from models.area import Area
from models.case import Case
from models.duty import Duty
from models.evidence import Evidence
from models.notice import Notice
from models.person import Person
from models.schema import Standing, newest
from models.store import Store
from models.update_in import UpdateIn
from models.vocabulary import (
    EvidenceState,
    NoticeState,
    Role,
    UpdateState,
)

_OTHERS = 0o077  # permission bits of everybody but the owner
_SHOWN = 3  # names given as examples
STORE_MEND = (
    f"a folder: mount the share; s3://: the bucket, AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID and "
    f"AWS_SECRET_ACCESS_KEY; then gridwhistle check. {PREFIX}EVIDENCE_URL names the place"
)
_LAST_MONTHS = 11  # from November on the next year's calendar should be known


def findings(
    settings: Settings, now: datetime, *, has_token: bool, online: bool = False
) -> Iterator[Finding]:
    """Everything that is wrong, what hinders the most first."""
    if not has_token:
        yield Finding(
            "没有令牌", "no token is set", f"export {PREFIX}BOT_TOKEN=… (@BotFather, /newbot)"
        )
    yield from _in_settings(settings)
    yield from of_machine(settings)
    if online:
        yield from of_telegram(settings)
    try:
        with looking(settings) as store:
            yield from _schema(store)
            rules = rules_of(settings)
            yield from store.read(lambda session: list(_inside(Work(session, now, rules))))
            yield from store.read(lambda session: list(of_pulses(session, settings)))
            yield from _files(store, kept_by(settings))
    except NotReady as reason:
        zh, _, en = str(reason).partition(" / ")
        yield Finding(zh, en, reason.mend)
    except OfficeFileRefused as reason:
        zh, _, en = str(reason).partition(" / ")
        yield Finding(zh, en, f"mend it, or unset {reason.setting} (docs/settings.md)")
    except (SettingsInvalid, StoreAway) as reason:
        zh, _, en = str(reason).partition(" / ")
        yield Finding(zh, en, STORE_MEND)
    except KeysGone as reason:
        zh, _, en = str(reason).partition(" / ")
        yield Finding(zh, en, f"put the key file back at {settings.key_file}")
    except OperationalError as reason:
        yield Finding(
            "数据库没有应答",
            f"the database does not answer: {str(reason.orig).partition(chr(10))[0]}",
            f"check that PostgreSQL runs, and {PREFIX}DATABASE_URL",
        )


def _schema(store: Store) -> Iterator[Finding]:
    if standing(store.engine) is Standing.NEWER:
        yield Finding(
            "数据库的版本比这台机器上的程序新",
            f"the database was migrated by a newer version than this one, which knows {newest()}",
            "install the newer version here too (docs/operations.md, Upgrade); this one goes on until then",
        )


def _in_settings(settings: Settings) -> Iterator[Finding]:
    if not settings.hotline:
        yield Finding(
            "没有设置中心电话,居民无法核实",
            "no telephone of the centre is set, so nobody can check that we are who we say",
            f"export {PREFIX}HOTLINE=…",
        )
    keys = settings.key_file
    if keys.exists() and keys.stat().st_mode & _OTHERS:
        yield Finding(
            "密钥文件别人也能读", "the key file can be read by others", f"chmod 600 {keys}"
        )


def _inside(work: Work) -> Iterator[Finding]:
    yield from _calendar(work)
    yield from _roster(work)
    yield from _coverage(work)
    yield from _left_over(work)


def _calendar(work: Work) -> Iterator[Finding]:
    years = [work.today.year]
    if work.today.month >= _LAST_MONTHS:
        years.append(work.today.year + 1)
    for year in years:
        if work.rules.calendar.status(year) is Status.PROVISIONAL:
            yield Finding(
                f"{year}年调休安排还没有收录,期限按周一至周五推算",
                f"the make-up workdays of {year} are not known yet; terms count Monday to Friday",
                "a newer version of gridwhistle, once the State Council has published them",
            )


def _roster(work: Work) -> Iterator[Finding]:
    staff = work.session.scalars(
        select(Person).where(Person.code.is_not(None)).order_by(Person.code)
    ).all()
    absent = [one.code or "" for one in staff if one.telegram_id is None]
    if absent:
        yield Finding(
            f"名册上有{len(absent)}人还没有加入:{_some(absent)}",
            f"{len(absent)} of the roster have not joined: {_some(absent)}",
            f"gridwhistle invite {absent[0]}",
        )
    gone = [one.code or "" for one in staff if one.telegram_id and one.blocked_at]
    if gone:
        yield Finding(
            f"有{len(gone)}人停用了机器人:{_some(gone)}",
            f"{len(gone)} have blocked the bot: {_some(gone)}",
            "ask them to open the chat and press START",
        )
    desks = work.session.scalars(select(Duty).where(Duty.role == Role.COORDINATOR))
    if not any(duty.held_on(work.today) and duty.person.reachable for duty in desks):
        yield Finding(
            "值班岗没有人,紧急情况没有人接",
            "nobody is at the duty desk: danger has nobody to go to",
            "give somebody the duty `coordinator` of the county, then gridwhistle invite CODE",
        )


def _coverage(work: Work) -> Iterator[Finding]:
    """Where something would go to nobody, or only to somebody's head: cases/coverage.py, as things to mend."""
    if work.session.scalar(select(Area.id).limit(1)) is None:
        yield Finding(
            "还没有区域",
            "there are no areas yet",
            "gridwhistle import areas FILE --apply (or, in a sandbox, gridwhistle seed yanji)",
        )
        return
    lacks = coverage(work.session, work.today, now=work.now)
    if lacks.unmanned:
        hours = [str(one) for one in lacks.unmanned]
        yield Finding(
            f"7天内有{len(hours)}个时段没有人值班:{_some(hours)}",
            f"{len(hours)} times of the next 7 days with nobody on duty: {_some(hours)}",
            "gridwhistle template rota, then gridwhistle import rota FILE",
        )
    for gap, codes in lacks.gaps.items():
        zh, en = _GAPS[gap]
        yield Finding(
            f"{len(codes)}个区域{zh}:{_some(codes)}",
            f"{len(codes)} areas {en}: {_some(codes)}",
            f"gridwhistle route --place {codes[0]}; gridwhistle import roster FILE",
        )


_GAPS = {
    Gap.NOWHERE: (
        "的责任链到头没有人,不能提供服务",
        "have a chain that ends nowhere and cannot be served",
    ),
    Gap.JUDGE: ("没有法官", "have no judge of their own"),
    Gap.MEDIATOR: ("没有调解员", "have no mediator of their own"),
    Gap.DEPUTY: ("调解员没有替补", "have no deputy for their mediator"),
    Gap.JUDGE_DEPUTY: ("法官没有替补", "have no deputy for their judge"),
    Gap.KOREAN: ("没有懂朝鲜语的办理人", "have nobody who works in Korean"),
    Gap.OWN_OFFICE: (
        "在纠纷涉及该单位时没有别人接手",
        "have nobody else when it is about their own office: give somebody of no office (or of another one) the duty of a head above them",
    ),
}


def _left_over(work: Work) -> Iterator[Finding]:
    """What was given up. What was perhaps said, and said once more with its mark, is not; what nobody knows of is."""
    session = work.session
    dead = session.scalar(
        select(func.count()).select_from(UpdateIn).where(UpdateIn.state == UpdateState.DEAD)
    )
    if dead:
        yield Finding(
            f"有{dead}条来信处理失败,已封存",
            f"{dead} incoming messages could not be understood and are kept sealed",
            "look for action=update_failed in the log, and put them back from the duty desk's screen after the mend",
        )
    lost = Notice.state.in_((NoticeState.FAILED, NoticeState.UNREACHABLE))
    unsure = and_(Notice.state == NoticeState.UNKNOWN, Notice.reason == UNRECORDED)
    rows = session.execute(
        select(Notice.state, func.count())
        .where(or_(lost, unsure), Notice.created_at >= work.now - LOOKED_BACK)
        .group_by(Notice.state)
    )
    for state, count in rows:
        yield Finding(
            f"一周内有{count}条通知没有送达({state})",
            f"{count} notices of the last week were not delivered ({state})",
            "gridwhistle case NUMBER shows who was told instead; look for action=notice_refused and action=notice_broken in the log",
        )


def _files(store: Store, kept: EvidenceStore) -> Iterator[Finding]:
    """Evidence whose bytes are not there, or (where they need not be fetched for that) are not what they were.

    No transaction is open while the bytes are looked at: that may take hours, and PostgreSQL ends an idle one.
    """
    kept.reach()
    columns = select(Evidence.id, Evidence.address, Evidence.sha256, Evidence.case_id)
    stored = columns.where(Evidence.state == EvidenceState.STORED).order_by(Evidence.id)
    rows = store.read(lambda session: session.execute(stored).all())
    lacking = kept.lacking({row.address: row.sha256 for row in rows})
    gone = [row for row in rows if row.address in lacking]
    if gone:
        lost = store.read(lambda s: [f"{_number(s, row.case_id)}#{row.id}" for row in gone])
        yield Finding(
            f"有{len(lost)}份材料找不到或已损坏:{_some(lost)}",
            f"{len(lost)} files of evidence are missing or damaged: {_some(lost)}",
            "restore them from a backup to where they lay: gridwhistle restore, to another place, then copy",
        )


def _number(session: Session, case_id: int | None) -> str:
    case = session.get(Case, case_id) if case_id else None
    return number_of(case).full if case else ""


def _some(codes: list[str]) -> str:
    return ", ".join(codes[:_SHOWN]) + (" …" if len(codes) > _SHOWN else "")
