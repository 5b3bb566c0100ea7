"""A bare Flask page with as many rows as are asked for: what the portal's pages are compared with.

Its template is compiled once, as in any app that serves pages; nobody is signed in and no database is asked.
"""

from flask import Flask

app = Flask(__name__)

PAGE = app.jinja_env.from_string("""<!doctype html><title>Rows</title><table>{% for row in rows %}
<tr><td>{{ row.at }}</td><td><a href="/posts/{{ row.id }}">{{ row.words }}</a></td>
<td>{{ row.status }}</td></tr>
{% endfor %}</table>""")


@app.get("/<int:count>")
def rows(count: int) -> str:
    told = [
        {"id": n, "at": "9:00 am", "words": f"Post number {n}", "status": "Scheduled"} for n in range(count)
    ]
    return PAGE.render(rows=told)
