import pytest

from bihaelt.accounts.domain.names import BadName, check_name, official, skeleton
from bihaelt.accounts.forms import role_words

GOOD = """Größe Мэрия Łódź Ayşe عائشة Nguyễn O'Neill 李 Jürgen Badminton-Fan Mercan Мережко Merve Ali Admiral Stadler
    Rathmann Rooter Cityfan Teamplayer مديحة 山田太郎 김철수 Şêrîn Żółć Олександра Zoë Ægir María-José Dr.Meyer D’Arcy
    Anna_K. Löwe7 Systemtechnik Mayers Kaymak""".split()
SOUNDS_OFFICIAL = """Stadtverwaltung Stаdtverwaltung Μoderator Moderatorin Moderation admin Admin1 AdmIn Adm1n M0derator
    ADMINISTRATOR Oberbürgermeister Oberbuergermeister Bürgermeisterin ＡＤＭＩＮ Администратор Модератор мэр Moderatör
    Moderátor مدير مشرف Belediye Burmistrz Rathaus Ordnungsamt Stadtkämmerei bihaelt Webmaster Мер Stadt
    Rêveber Адміністратор""".split()


@pytest.mark.parametrize("name", [*GOOD, "Anna K.", "Max Muster (Heepen)", "Demo-Bürgerin Mitte", "Ayşe عائشة", "Jo"])
def test_people_may_be_called_what_they_are_called(name):
    assert check_name(name) == name


@pytest.mark.parametrize("name", [*SOUNDS_OFFICIAL, "Stadt Bielefeld", "S t a d t verwaltung", "City of Bielefeld"])
def test_nobody_sounds_like_the_city(name):
    assert official(name)
    with pytest.raises(BadName):
        check_name(name)


@pytest.mark.parametrize("word", sorted(role_words()))
def test_the_names_of_roles_in_every_language_are_not_for_people(word):
    with pytest.raises(BadName):
        check_name(word, role_words())


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("mode\u200brator", "invisible"), ("An\u00adna", "invisible"), ("\u202eanna", "invisible"), ("An\u2066na", "invisible"),
        ("An\u200fna", "invisible"), ("Anna\x00", "invisible"), ("An\u200dna", "invisible"), ("An\nna", "invisible"),
        ("✓ Anna", "letters, digits"), ("Anna ✅", "letters, digits"), ("Anna 🏛️", "letters, digits"),
        ("A\u0301\u0302\u0303\u0304nna", "letters, digits"), ("<b>Anna</b>", "letters, digits"), ("a@b", "letters, digits"),
        ("https://evil", "letters, digits"), ("evil.com", "internet address"), ("A", "2 to 60"), ("x" * 61, "2 to 60"),
        ("   ", "2 to 60"), ("2026", "at least one letter"), ("Pаypаl", "one script"), ("Аnna", "one script"),
        ("Ωmega", "one script"), ("=1+1", "at least one letter"), ("=A1", "letters, digits"),
    ],
)  # fmt: skip
def test_a_name_that_hides_something_is_refused(name, why):
    with pytest.raises(BadName) as refusal:
        check_name(name)
    assert why in refusal.value.reason


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna", "anna"), ("Anna", "Аnnа"), ("Anna", "ＡＮＮＡ"), ("Müller", "Mu\u0308ller"), ("Paul", "PauI"), ("Paul", "Pau1"),
        ("Otto", "0tt0"), ("Max Muster", "MaxMuster"), ("Max Muster", "max-muster"), ("Иван", "ИВАН"), ("Strauß", "STRAUSS"),
    ],
)  # fmt: skip
def test_names_that_look_alike_share_a_skeleton(one, other):
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Müller", "Muller"), ("Ayşe", "Ayse"), ("Anna", "Anne"), ("李", "王"), ("عائشة", "فاطمة"), ("Łódź", "Lodz")],
)
def test_different_names_keep_different_skeletons(one, other):
    assert skeleton(one) != skeleton(other)


def test_blanks_around_and_between_are_tidied():
    assert check_name("  Max \u00a0 Muster ") == "Max Muster"


def test_a_skeleton_fits_its_column():
    assert len(skeleton("ﷺ" * 60)) <= 120
