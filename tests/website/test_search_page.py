# SPDX-License-Identifier: AGPL-3.0-or-later
"""The search page: all in the address."""

from __future__ import annotations

from django.urls import reverse

SEARCH = "/search/"


def test_words_find_the_dataset(client, published) -> None:
    page = client.get(SEARCH, {"q": "land cover", "lang": "en"})
    assert page.context["results"].total == 1
    assert published.title("en") in page.content.decode()


def test_the_map_is_there_without_a_script(client, published) -> None:
    page = client.get(SEARCH, {"lang": "en"}).content.decode()
    assert 'aria-label="Map with 1 place of the results"' in page
    assert "leaflet.js" not in page.replace('data-script="/static/leaflet/leaflet.js', "")


def test_a_facet_narrows_and_opens_again(client, published) -> None:
    page = client.get(SEARCH)
    facet = next(facet for facet in page.context["facets"] if facet.name == "discipline")
    assert [choice.url for choice in facet.choices if choice.count] == ["/search/?discipline=continental_surfaces"]
    chosen = client.get(facet.choices[0].url).context["facets"][0].choices[0]
    assert (chosen.chosen, chosen.url) == (True, "/search/")


def test_four_typed_edges_become_one_box(client, published) -> None:
    edges = {"west": "55", "south": "-22", "east": "56,5", "north": "-20"}
    answer = client.get(SEARCH, edges)
    assert answer["Location"] == "/search/?bbox=55%2C-22%2C56.5%2C-20"
    page = client.get(answer["Location"])
    assert page.context["results"].total == 1
    assert 'value="56.5"' in page.content.decode()


def test_what_is_not_typed_is_the_edge_of_the_world(client, published) -> None:
    assert client.get(SEARCH, {"north": "0"})["Location"] == "/search/?bbox=-180%2C-90%2C180%2C0"


def test_nothing_found_shows_a_wider_search(client, published) -> None:
    page = client.get(SEARCH, {"q": "land cover", "bbox": "0,0,1,1"})
    assert page.context["results"].total == 0
    assert ("/search/?q=land+cover", 1) in [(url, total) for _words, url, total in page.context["wider"]]


def test_nonsense_is_told_and_left_out(client, published) -> None:
    for parameters in ({"bbox": "a,b"}, {"start": "yesterday"}, {"page": "0"}, {"sort": "x"}):
        page = client.get(SEARCH, parameters)
        assert (parameters, page.status_code, len(page.context["problems"])) == (parameters, 200, 1)


def test_what_is_chosen_can_be_taken_away(client, published) -> None:
    page = client.get(SEARCH, {"q": "land", "licence": "CC-BY-4.0", "deposit": "nobody"})
    assert [url for _words, url in page.context["removals"]] == [
        "/search/?licence=CC-BY-4.0&deposit=nobody",
        "/search/?q=land&licence=CC-BY-4.0",
        "/search/?q=land&deposit=nobody",
    ]


def test_drafts_are_not_found(client, draft) -> None:
    assert client.get(SEARCH).context["results"].total == 0


def test_the_home_page_counts_and_maps(client, published) -> None:
    page = client.get(reverse("home"), {"lang": "en"})
    assert page.context["total"] == 1
    assert dict(page.context["disciplines"])["continental_surfaces"] == 1
    assert "Map of the world with 1 dataset" in page.content.decode()
