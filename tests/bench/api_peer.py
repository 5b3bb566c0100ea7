"""What the API's list is measured beside: FastAPI, SQLAlchemy and PostgreSQL, with the same rows through a
Pydantic response model. It asks nobody who they are and counts no limits."""

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from pydantic import BaseModel, ConfigDict
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, selectinload, sessionmaker

from portal.models import Post

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
