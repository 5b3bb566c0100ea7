"""A bare Flask page with as many rows as are asked for: what the calendar's month is compared with."""

from flask import Flask, render_template_string

app = Flask(__name__)

PAGE = """<!doctype html><title>Rows</title><table>{% for row in rows %}
<tr><td>{{ row.at }}</td><td><a href="/posts/{{ row.id }}">{{ row.words }}</a></td>
<td>{{ row.status }}</td></tr>
{% endfor %}</table>"""


@app.get("/<int:count>")
def rows(count: int) -> str:
    told = [
        {"id": n, "at": "9:00 am", "words": f"Post number {n}", "status": "Scheduled"} for n in range(count)
    ]
    return render_template_string(PAGE, rows=told)
