from omote.evaluation.ranking import ranking
from omote.evaluation.verdict import verdict

RATES = {"nano": 4.0, "noh": 2.0, "original": 8.0, "villain": 1.0}


def test_what_is_better_by_more_than_chance_is_to_be_taken() -> None:
    said = verdict(ranking({"noh": [0.90, 0.91, 0.9], "nano": [0.7, 0.71, 0.7]}), "SSIM", RATES)
    assert (said.take, said.headline) == ("noh", "Take noh")
    assert (
        "Its SSIM is 0.9033, 0.2000 more than that of the next, nano: more than another seed would change"
        in said.reason
    )


def test_what_is_as_good_is_named_with_the_quickest_and_the_worse_are_counted() -> None:
    scores = {"noh": [0.90, 0.92], "nano": [0.89, 0.91], "original": [0.9, 0.905], "villain": [0.3, 0.31]}
    said = verdict(ranking(scores), "SSIM", RATES)
    assert (said.take, said.headline) == ("noh", "Take noh (2 others as good)")
    assert "no more than another seed changes" in said.reason
    assert "As far as can be told, as good are original; nano. " in said.reason
    assert "The quickest of these, 4.0 times as quick, is original." in said.reason
    assert "The other one is worse by more than chance." in said.reason


def test_where_nothing_is_worse_it_says_what_would_tell_them_apart() -> None:
    said = verdict(ranking({"original": [0.90, 0.92], "nano": [0.89, 0.91]}), "SSIM", RATES)
    assert said.headline == "Take original (nano as good)"
    assert "As far as can be told, it is as good. Of these original is the quickest, too." in said.reason
    alike = verdict(ranking({"original": [0.90, 0.92], "nano": [0.89, 0.91]}), "SSIM", {"original": 4, "nano": 4.5})
    assert "They are about as quick." in alike.reason
    assert "More seeds" in said.reason


def test_one_seed_is_never_called_sure() -> None:
    said = verdict(ranking({"noh": [0.9], "nano": [0.1]}), "SSIM", RATES)
    assert (said.take, said.headline) == ("noh", "noh was best, on one seed")
    assert "nobody can tell from one seed" in said.reason


def test_of_one_and_of_none() -> None:
    assert verdict(ranking({"noh": [0.9, 0.8]}), "SSIM", RATES).headline == "Take noh"
    assert verdict([], "SSIM", RATES).take is None
