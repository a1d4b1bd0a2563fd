"""W1 to W4, W6 and W7: visitors and citizens, in three languages and without JavaScript."""

import re
from itertools import count

import pytest
from playwright.sync_api import Page

from tests.journeys.server import DemoServer, words_of
from tests.journeys.steps import (
    GERMAN,
    LOOKS,
    Look,
    Visit,
    follow,
    id_in,
    journal_of,
    lang_of,
    link_in,
    open_page,
    send,
    sign_out,
    staff,
    supports,
    text_of,
    unfold,
)

pytestmark = pytest.mark.browser
CITIZENS = {"de": "buerger5", "ar": "buerger2", "leicht": "simple"}
TAGS = {"de": "de", "ar": "ar", "leicht": "de-simple"}
TITLES = {
    "de": ("Bänke und Trinkbrunnen im Park", "Viele ältere Menschen können nicht weit gehen. Sie brauchen Bänke."),
    "ar": ("مقاعد ومياه شرب في الحديقة", "كثير من كبار السن لا يستطيعون المشي بعيدا."),
    "leicht": ("Bänke und Wasser im Park", "Viele alte Menschen können nicht weit gehen."),
}
OPEN_FOR_SUPPORT = (10, 16, 25, 30)  # one for each look, so that the order of the tests does not matter
CODE = r"^\w{4} \w{4}$"
numbers = count(1)


# --- W1 -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("accepts", "path"),
    [("ar-SY,de;q=0.8", "/ar/"), ("pl", "/pl/"), ("fr,en;q=0.5", "/en/"), ("fr", "/de/")],
)
def test_a_visitor_is_sent_to_the_best_language(visit: Visit, accepts: str, path: str) -> None:
    page = visit(extra_http_headers={"Accept-Language": accepts})
    open_page(page, "/")
    assert page.url.endswith(path)


def test_a_visitor_reads_and_changes_the_language(visit: Visit, look: Look) -> None:
    page = visit(look)
    open_page(page, f"/{look.lang}/")
    assert lang_of(page) == TAGS[look.lang]
    follow(page, "/conferences/4")
    assert page.locator(".phases [aria-current=step]").count() == 1
    assert page.locator(".next").count() == 1
    page.locator("header details:has(a[hreflang]) summary").first.click()
    with page.expect_navigation():
        page.locator("header a[hreflang=tr]").click()
    assert page.url.endswith("/tr/conferences/4")
    assert lang_of(page) == "tr"
    assert page.context.cookies() == []


def test_a_public_page_is_the_same_for_all_visitors(visit: Visit) -> None:
    first, second = (visit().request.get("/de/conferences/2/report") for _ in range(2))
    assert first.body() == second.body()
    assert first.headers["etag"] == second.headers["etag"]
    assert "public" in first.headers["cache-control"]


# --- W2 -------------------------------------------------------------------------------------------------------------
def register(page: Page, look: Look, email: str, name: str, password: str) -> None:
    open_page(page, f"/{look.lang}/register")
    page.fill("input[name=email]", email)
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", password)
    page.check("input[name=consent]")
    page.wait_for_timeout(2500)  # a person needs longer than that; who is faster is taken for a machine
    send(page, "/register")


def test_a_citizen_registers_and_signs_in_and_out(city: DemoServer, visit: Visit, look: Look) -> None:
    email, password = f"neu-{look}@example.org", "ein sehr gutes Wort"
    page = visit(look)
    register(page, look, email, f"Neue Stimme {TITLES[look.lang][0][:5]} {next(numbers)}", password)
    confirm = city.letter(email, "/confirm/")
    assert confirm["Content-Language"] == TAGS[look.lang]
    open_page(page, link_in(confirm, f"/{look.lang}/confirm/"))
    page.fill("input[name=password]", password)
    send(page)
    assert page.url.endswith(f"/{look.lang}/my")
    sign_out(page)
    open_page(page, f"/{look.lang}/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    send(page, "/sign-in")
    # A second browser signs in by a code; from the first one it is sent away again.
    other = visit(look)
    open_page(other, f"/{look.lang}/sign-in/code")
    other.fill("input[name=email]", email)
    send(other, "/sign-in/code")
    code = re.search(CODE, words_of(city.letter(email, CODE)), re.MULTILINE)
    assert code
    other.fill("input[name=code]", code[0])
    send(other, "/sign-in/code/check")
    assert other.url.endswith(f"/{look.lang}/my")
    follow(page, "/my/sessions")
    assert page.locator("main ul.rows > li").count() == 2
    send(page, "/end")
    assert page.locator("main ul.rows > li").count() == 1
    open_page(other, f"/{look.lang}/my/sessions")
    assert "/sign-in" in other.url
    sign_out(page)
    open_page(page, f"/{look.lang}/my")
    assert "/sign-in" in page.url


def test_known_and_unknown_addresses_look_alike(city: DemoServer, visit: Visit) -> None:
    seen = []
    for email in ("buerger5@demo.bihaelt.example", "niemand@example.org"):
        page = visit()
        register(page, GERMAN, email, f"Stimme aus Heepen {next(numbers)}", "ein sehr gutes Wort")
        seen.append(text_of(page, "main"))
    assert seen[0] == seen[1]


# --- W3 and W4 ------------------------------------------------------------------------------------------------------
def test_a_citizen_writes_and_a_moderator_publishes(city: DemoServer, visit: Visit, look: Look) -> None:
    title, body = TITLES[look.lang]
    title = f"{title} {next(numbers)}"
    page = visit(look, who=CITIZENS[look.lang])
    open_page(page, f"/{look.lang}/proposals/new")
    page.select_option("select[name=language]", look.account)
    page.fill("input[name=title]", title)
    page.fill("textarea[name=body]", body)
    send(page, "/proposals/new", "button[value=draft]")
    open_page(page, f"/{look.lang}/proposals/mine")
    page.locator("main a", has_text=title).first.click()
    page.wait_for_url(re.compile(r"/proposals/\d+"))
    number = id_in(page.url)
    open_page(page, f"/{look.lang}/proposals/{number}/edit")
    assert page.input_value("input[name=title]") == title
    page.select_option("select[name=cluster]", "1")
    page.check("input[name=fields][value='1']")
    page.check("input[name=target_groups][value='1']")
    page.select_option("select[name=district]", "1")
    page.fill("textarea[name=need]", body)
    page.fill("input[name=cost]", "1.500")
    # A word that stands in a proposal of the demo city: the preview knows similar ones, also without JavaScript.
    page.fill("textarea[name=body]", f"{body}\n\nStraßenfußball auf Schulhöfen")
    send(page, f"/proposals/{number}/edit", "button[value=preview]")
    assert page.url.endswith(f"/proposals/{number}/preview")
    assert page.locator("article em, article .prose").count() > 0
    send(page, f"/proposals/{number}/submit")

    moderator = staff(visit, "mod")
    open_page(moderator, f"/de/desk/proposals/{number}")
    send(moderator, f"/{number}/publish")
    # The first letter said that it was received.
    news = city.letter(f"{CITIZENS[look.lang]}@", f"/{look.lang}/proposals/{number}$", number=2)
    assert news["Content-Language"] == TAGS[look.lang]
    assert title in str(news["Subject"])

    visitor = visit(look)
    open_page(visitor, f"/{look.lang}/proposals/{number}")
    assert title in text_of(visitor, "h1")
    assert journal_of(visitor, "proposal", number) >= 1


def test_similar_proposals_are_shown_at_the_preview(visit: Visit, look: Look) -> None:
    page = visit(look, who=CITIZENS[look.lang])
    open_page(page, f"/{look.lang}/proposals/new")
    page.select_option("select[name=language]", "de")
    page.fill("input[name=title]", "Freies WLAN in Jugendzentren")
    page.fill("textarea[name=body]", "In allen Jugendzentren soll es freies WLAN geben.")
    page.select_option("select[name=cluster]", "2")
    send(page, "/proposals/new", "button[value=preview]")
    assert page.locator('main a[href$="/proposals/10"]').count() == 1


# --- W6 -------------------------------------------------------------------------------------------------------------
def comment(page: Page, lang: str, proposal: int, words: str, stance: str) -> int:
    open_page(page, f"/{lang}/proposals/{proposal}")
    form = f'form[action$="/proposals/{proposal}/comments"]'
    unfold(page, form)
    page.check(f"{form} input[name=stance][value={stance}]")
    page.fill(f"{form} textarea[name=body]", words)
    send(page, f"/proposals/{proposal}/comments")
    own = page.locator("article.comment", has_text=words).last
    return int(str(own.get_attribute("id")).removeprefix("comment-"))


def test_a_comment_is_reported_hidden_and_restored_on_appeal(city: DemoServer, visit: Visit, look: Look) -> None:
    words = f"{TITLES[look.lang][1]} {next(numbers)}"
    author, reader = CITIZENS[look.lang], visit(look)
    page = visit(look, who=author)
    number = comment(page, look.lang, 35, words, "question")

    open_page(reader, f"/{look.lang}/comments/{number}/report")
    reader.locator("input[name=ground], select[name=ground] option:not([value=''])").first.evaluate(
        "e => { e.tagName == 'OPTION' ? e.selected = true : e.checked = true }"
    )
    reader.fill("textarea[name=body]", "Das gefällt mir nicht.")
    reader.fill("input[name=email]", "melderin@example.org")
    reader.check("input[name=honest]")
    send(reader, "/report")
    assert reader.url.endswith(f"/{look.lang}/reported")

    moderator = staff(visit, "mod")
    open_page(moderator, "/de/desk/reports")
    follow(moderator, f"/desk/reports/{number}")
    hide = f'form[action$="/{number}/hide"]'
    choose_first(moderator, f"{hide} [name$=ground]")
    reason = f"Bitte freundlich bleiben, Nummer {number}."
    moderator.fill(f"{hide} textarea", reason)
    send(moderator, f"/{number}/hide")
    told = city.letter(f"{author}@", reason)
    open_page(page, link_in(told, f"/{look.lang}/my/moderation/"))
    page.fill("textarea[name=body]", "Ich habe nur gefragt.")
    send(page)

    judge = staff(visit, "mod2")
    open_page(judge, "/de/desk/appeals")
    appeal = judge.locator('main a[href*="/desk/appeals/"]').last.get_attribute("href")
    open_page(moderator, str(appeal))
    assert moderator.locator("input[name=decision]").count() == 0, "who hid it does not decide the appeal"
    open_page(judge, str(appeal))
    judge.check("input[name=decision][value=granted]")
    judge.fill("textarea[name=answer]", "Das war eine Frage.")
    send(judge)
    open_page(page, f"/{look.lang}/comments/{number}")
    assert words in text_of(page, "main")
    open_page(reader, f"/{look.lang}/moderation")
    assert "Demo-Moderation" not in text_of(reader, "main")


def choose_first(page: Page, selector: str) -> None:
    """The first real choice of a select field or of radio buttons."""
    field = page.locator(selector).first
    if field.evaluate("e => e.tagName") == "SELECT":
        field.select_option(index=1)
    else:
        field.check()


# --- W7 -------------------------------------------------------------------------------------------------------------
def test_a_citizen_supports_and_takes_it_back(visit: Visit, look: Look) -> None:
    proposal = OPEN_FOR_SUPPORT[LOOKS.index(look)]
    page = visit(look, who=CITIZENS[look.lang])
    open_page(page, f"/{look.lang}/proposals/{proposal}")
    if page.locator('#support form[action$="/unsupport"]').count():
        send(page, f"/proposals/{proposal}/unsupport")
    before = supports(page)
    send(page, f"/proposals/{proposal}/support")
    after = supports(page)
    assert (before[0] != after[0], before[1] == after[1]) == (True, True)
    send(page, f"/proposals/{proposal}/unsupport")
    assert supports(page) == before
