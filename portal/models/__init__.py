"""What we remember; one file for each thing."""

from portal.models.api_key import ApiKey
from portal.models.archive import ArchivedFile, ArchiveEntry, ArchiveTask
from portal.models.audit_event import AuditEvent
from portal.models.authenticator import Authenticator, RecoveryCode
from portal.models.browser_session import BrowserSession, TrustedBrowser
from portal.models.calendar_setting import CalendarSetting
from portal.models.council import Council
from portal.models.daily_use import DailyUse
from portal.models.doctor import Doctor
from portal.models.figures_reading import FiguresReading
from portal.models.follow_up import FollowUp
from portal.models.idempotency_key import IdempotencyKey
from portal.models.licence import Licence, LicenceDecision, LicenceDocument
from portal.models.media_file import MediaFile
from portal.models.network_gate import NetworkGate
from portal.models.notice import Notice
from portal.models.office import JointDecision, OfficeSetting
from portal.models.one_time_code import OneTimeCode
from portal.models.outbox import OutboxLetter
from portal.models.own_day import OwnDay
from portal.models.passkey import Passkey
from portal.models.post import Post, PostMedia
from portal.models.post_check import PostCheck
from portal.models.post_import import ImportedRow, PostImport
from portal.models.post_series import PostSeries, SeriesPost
from portal.models.posting_slot import PostingSlot
from portal.models.publication import Attempt, Publication, PublicationEvent
from portal.models.publication_check import PublicationCheck
from portal.models.publication_figures import PublicationFigures
from portal.models.refresh_token import RefreshToken
from portal.models.rendition import Rendition
from portal.models.saved_text import SavedText
from portal.models.social_account import AccountOffer, OAuthAttempt, SocialAccount
from portal.models.speciality import MedicalSpeciality, MedicalSubSpeciality
from portal.models.user import User
from portal.models.way_back import WayBack
from portal.models.webhook import Webhook, WebhookMessage
from portal.models.working_copy import WorkingCopy
from portal.orm import Base

__all__ = [
    "AccountOffer",
    "ApiKey",
    "ArchiveEntry",
    "ArchiveTask",
    "ArchivedFile",
    "Attempt",
    "AuditEvent",
    "Authenticator",
    "Base",
    "BrowserSession",
    "CalendarSetting",
    "Council",
    "DailyUse",
    "Doctor",
    "FiguresReading",
    "FollowUp",
    "IdempotencyKey",
    "ImportedRow",
    "JointDecision",
    "Licence",
    "LicenceDecision",
    "LicenceDocument",
    "MediaFile",
    "MedicalSpeciality",
    "MedicalSubSpeciality",
    "NetworkGate",
    "Notice",
    "OAuthAttempt",
    "OfficeSetting",
    "OneTimeCode",
    "OutboxLetter",
    "OwnDay",
    "Passkey",
    "Post",
    "PostCheck",
    "PostImport",
    "PostMedia",
    "PostSeries",
    "PostingSlot",
    "Publication",
    "PublicationCheck",
    "PublicationEvent",
    "PublicationFigures",
    "RecoveryCode",
    "RefreshToken",
    "Rendition",
    "SavedText",
    "SeriesPost",
    "SocialAccount",
    "TrustedBrowser",
    "User",
    "WayBack",
    "Webhook",
    "WebhookMessage",
    "WorkingCopy",
]
