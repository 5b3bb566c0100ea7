"""What the API's list and its new posts are measured beside: FastAPI, SQLAlchemy and PostgreSQL, with the
same rows through Pydantic models. It asks nobody who they are, checks no text and counts no limits."""

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import Depends, FastAPI
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, selectinload, sessionmaker

from portal.models import Post, Publication

app = FastAPI()
sessions = sessionmaker(create_engine(os.environ["DATABASE_URL"], pool_size=20))


class Row(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PublicationRow(Row):
    id: int
    social_account_id: int
    platform: str
    content: str | None
    options: dict[str, Any]
    status: str
    due_at: datetime | None
    published_at: datetime | None
    platform_post_id: str | None
    permalink: str | None
    attempts: int
    error_code: str | None
    error_message: str | None


class PostRow(Row):
    id: int
    doctor_id: int
    content: str
    link: str | None
    scheduled_at: datetime | None
    timezone: str
    status: str
    version: int
    created_at: datetime
    updated_at: datetime
    publications: list[PublicationRow]


class NewPublication(BaseModel):
    social_account_id: int
    content: str | None = None
    options: dict[str, Any] = Field(default_factory=dict)


class NewPost(BaseModel):
    content: str = Field(max_length=50_000)
    scheduled_at: AwareDatetime
    timezone: str = "Asia/Kolkata"
    publications: list[NewPublication]
    status: str = "scheduled"


class PostRows(BaseModel):
    posts: list[PostRow]
    next_cursor: str | None


def session() -> Iterator[Session]:
    with sessions() as opened:
        yield opened


@app.get("/posts", response_model=PostRows)
def list_posts(doctor_id: int, opened: Annotated[Session, Depends(session)]) -> Any:
    mine = select(Post).where(Post.doctor_id == doctor_id).order_by(Post.id.desc()).limit(50)
    posts = opened.scalars(mine.options(selectinload(Post.publications))).all()
    return {"posts": posts, "next_cursor": None}


@app.post("/posts", response_model=PostRow, status_code=201)
def create(doctor_id: int, body: NewPost, opened: Annotated[Session, Depends(session)]) -> Any:
    """The same rows in one transaction, given back as they were written."""
    post = Post(
        doctor_id=doctor_id, content=body.content, scheduled_at=body.scheduled_at, timezone=body.timezone
    )
    post.publications = [
        Publication(
            doctor_id=doctor_id,
            social_account_id=one.social_account_id,
            platform="twitter",
            content=one.content,
            options=one.options,
            status=body.status,
            due_at=body.scheduled_at if body.status == "scheduled" else None,
            client_ref=str(uuid4()),
        )
        for one in body.publications
    ]
    opened.add(post)
    opened.flush()
    answer = PostRow.model_validate(post)
    opened.commit()
    return answer
