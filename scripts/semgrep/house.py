"""Planted examples for the rules beside: `ruleid` says that the next line has to be found, `ok` that not."""
# ruff: noqa
# mypy: ignore-errors


def owned(id, doctor):
    # ruleid: found-by-its-owner
    post = db.session.get(Post, id)
    # ok: found-by-its-owner
    speciality = db.session.get(MedicalSpeciality, id)
    # ok: found-by-its-owner
    mine = db.session.scalar(select(Post).where(Post.id == id, Post.doctor_id == doctor.id))
    return post, speciality, mine


def onwards():
    # ruleid: whole-page-redirect-to-what-was-asked
    return redirect(request.args["next"])


def onwards_from_afar():
    wanted = request.values.get("next")
    # ruleid: whole-page-redirect-to-what-was-asked
    return redirect(wanted, 303)


def onwards_at_home():
    # ok: whole-page-redirect-to-what-was-asked
    return redirect(local_path(request.args.get("next")))


def later(queue, post):
    # ruleid: a-job-is-told-numbers-only
    queue.enqueue(publish, post.content)
    # ok: a-job-is-told-numbers-only
    queue.enqueue(publish, post.id)


def programs(command):
    # ruleid: every-program-has-a-time-limit
    subprocess.run(command, check=True)
    # ok: every-program-has-a-time-limit
    subprocess.run(command, check=True, timeout=30)


def compared(sent, row):
    # ruleid: secrets-are-compared-in-constant-time
    if row.signature == sent:
        return True
    # ok: secrets-are-compared-in-constant-time
    return hmac.compare_digest(row.signature, sent)


# ruleid: no-door-left-without-its-token
csrf.exempt(blueprint)


# ruleid: no-door-left-without-its-token
class Open(FlaskForm):
    class Meta:
        csrf = False


# ok: no-door-left-without-its-token
class SearchForm(FlaskForm):
    class Meta:
        csrf = False


def due(post):
    # ruleid: the-database-says-what-is-due
    late = post.due_at < datetime.now(UTC)
    # ok: the-database-says-what-is-due
    return late, Post.due_at < database_now()
