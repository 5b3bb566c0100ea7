"""The icons that pages may show, by their names in Bootstrap Icons."""

NAMES = """
activity archive arrow-90deg-left arrow-clockwise arrow-counterclockwise arrow-down arrow-left
arrow-repeat arrow-right arrow-up award bag-check bar-chart bell bell-slash book bookmark
box-arrow-in-right box-arrow-left box-arrow-right box-arrow-up-right braces briefcase building
calendar-check calendar-event calendar-plus calendar-week calendar-x calendar3 camera camera-video
card-image card-text chat-left-text chat-quote check check-all check-circle check-circle-fill check-lg
check2 chevron-down chevron-left chevron-right chevron-up circle circle-fill circle-half clipboard
clipboard-check clipboard-heart clock clock-fill clock-history cloud-arrow-up code-slash compass copy
dash-circle door-open dot download emoji-smile envelope envelope-check envelope-open exclamation-circle
exclamation-circle-fill exclamation-octagon exclamation-octagon-fill exclamation-triangle
exclamation-triangle-fill eye eye-slash file-earmark-text file-text film filter flag funnel gear geo-alt
globe2 graph-up grid grip-vertical hand-index-thumb hash heart heart-pulse hospital hourglass-split house
house-door image images inbox info-circle info-circle-fill journal-medical journal-text key laptop
lightbulb lightning link link-45deg list list-check list-ul lock mailbox megaphone moon-stars
moon-stars-fill mortarboard paperclip patch-check patch-check-fill patch-exclamation patch-question
pause-circle pause-fill pen pencil pencil-fill pencil-square people people-fill person person-badge
person-check person-circle person-gear person-lines-fill person-plus person-x phone play-fill plug plus
plus-circle plus-lg question-circle question-circle-fill question-lg receipt reply search send send-check
send-fill send-x shield shield-check shield-exclamation shield-lock skip-forward slash-circle sliders star
stopwatch sun sun-fill table tag telephone three-dots three-dots-vertical toggle-on trash trash3 type
unlock upload wifi-off x x-circle x-circle-fill x-lg x-octagon
"""
ICONS = frozenset(NAMES.split())
