"""The `byline` command as people run it: whole processes, their output, their exit status, and what they load."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cli import _COMMANDS

HEAVY = (
    "torch",
    "sentence_transformers",
    "transformers",
    "gradio",
    "fastapi",
    "pydantic",
    "sklearn",
    "pandas",
    "ir_measures",
)


@pytest.fixture
def run(shipped_home):
    def start(*arguments, stdin="", **environ):
        return subprocess.run(
            [sys.executable, "-c", "from assistant.cli import main; main()", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, "BYLINE_HOME": str(shipped_home), **environ},
        )

    return start


def test_ask_prints_the_answer_and_its_cards(run):
    done = run("ask", "what did Spotify write about autoscaling?")
    assert done.returncode == 0
    assert done.stdout.strip().startswith(
        "Spotify wrote one article about autoscaling: Autoscaling Pub/Sub Consumers (2017) [1]"
    )
    assert " [1] Autoscaling Pub/Sub Consumers" in done.stdout
    assert "\x1b" not in done.stdout  # plain where it is piped
    assert done.stderr == ""


def test_ask_json_is_one_object_with_the_documented_keys(run):
    done = run("ask", "--json", "kafka at linkedin")
    record = json.loads(done.stdout)
    assert record["filters"] == {"companies": ["LinkedIn"], "technologies": ["Apache Kafka"]}
    assert record["cards"][0]["number"] == 1
    assert record["declined"] is False
    assert isinstance(record["took_ms"], float)


def test_ask_markdown_links_the_articles(run):
    done = run("ask", "--markdown", "what did Spotify write about autoscaling?")
    assert (
        "[1] **[Autoscaling Pub/Sub Consumers](<https://engineering.atspotify.com/2017/11/autoscaling-pub-sub-consumers/>)**"
        in done.stdout
    )


def test_ask_takes_filters_history_and_standard_input(run):
    options = ("--company", "netflix", "--since", "2018", "--limit", "3", "--json")
    record = json.loads(run("ask", *options, "-", stdin="container performance\n").stdout)
    assert record["filters"]["companies"] == ["Netflix"]
    assert record["filters"]["published_from"] == "2018-01-01"
    assert len(record["cards"]) <= 3
    follow = json.loads(run("ask", "and Uber?", "--after", "kafka at linkedin", "--json").stdout)
    assert follow["filters"]["companies"] == ["Uber"]


def test_a_decline_is_an_answer_not_an_error(run):
    done = run("ask", "best carbonara recipe without cream")
    assert done.returncode == 0
    assert "nor anywhere near" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ask", ""), "question is empty"),
        (("ask", "kafka", "--company", "Spotifi"), "Did you mean Spotify"),
        (("ask", "kafka", "--since", "2023-02-30"), "YYYY-MM-DD"),
        (("ask", "kafka", "--since", "2024", "--until", "2020"), "Swap the two dates"),
        (("ask", "kafka", "--limit", "0"), "1<=x<=50"),
        (("ask", "kafka", "--json", "--markdown"), "exclude each other"),
        (("ask",), "Missing argument"),
        (("frobnicate",), "No such command"),
        (("ask", "kafka " * 2000), "2,000 characters"),
        (("list", "colours"), "colours"),
    ],
)
def test_bad_input_is_one_clear_sentence_and_a_non_zero_exit(run, arguments, said):
    done = run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_bad_setting_names_its_variable(run):
    done = run("ask", "kafka", BYLINE_LIMIT="many")
    assert done.returncode == 2
    assert "BYLINE_LIMIT" in done.stderr


def test_a_model_that_is_not_there_is_said_at_once(run):
    done = run("ask", "kafka", BYLINE_MODEL="no-such/model-anywhere")
    assert done.returncode == 1
    assert "no-such/model-anywhere" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_home_that_cannot_be_written_is_said(run, tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = run("ask", "kafka", BYLINE_HOME=str(tmp_path / "file"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_warm_question_loads_nothing_heavy(run, shipped_home):
    code = (
        "import sys\nfrom assistant.cli import byline\n"
        "byline.main(['ask', 'what did Spotify write about autoscaling?'], standalone_mode=False)\n"
        f"print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    environ = {**os.environ, "BYLINE_HOME": str(shipped_home)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ, timeout=120
    )
    assert done.stdout.splitlines()[-1] == "loaded: []"


def test_an_assistant_that_nobody_closes_ends_in_peace(shipped_home):
    """Its session may still be loading: to end the interpreter under it would abort the process."""
    code = "from assistant import Assistant\nassistant = Assistant.open()"
    environ = {**os.environ, "BYLINE_HOME": str(shipped_home)}
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60, env=environ
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_a_question_leaves_no_trace_outside_the_home(run, tmp_path):
    """Libraries that report their use note it below the user's folder first."""
    run("ask", "kafka", HOME=str(tmp_path), XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert not list(tmp_path.rglob("*"))


@pytest.mark.parametrize(("chosen", "expected"), [(None, "1"), ("3", "3")])
def test_numeric_libraries_get_one_thread_unless_the_user_chose(chosen, expected):
    """Set before numpy is imported, which reads it then; otherwise a second thread spins while questions are answered."""
    code = (
        "import os, sys\n"
        "class Watch:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'numpy':\n"
        "            print(os.environ.get('OPENBLAS_NUM_THREADS'))\n"
        "sys.meta_path.insert(0, Watch())\n"
        "from assistant import Assistant\n"
    )
    environ = {key: value for key, value in os.environ.items() if key != "OPENBLAS_NUM_THREADS"}
    environ |= {"OPENBLAS_NUM_THREADS": chosen} if chosen else {}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60, env=environ
    )
    assert done.stdout.split() == [expected]


def test_help_lists_every_command_and_loads_none(run):
    code = (
        "import sys\nfrom assistant.cli import byline\n"
        "try:\n    byline.main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in sys.modules if name.startswith(('assistant.cli.', 'numpy', 'rich'))])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    for command in _COMMANDS:
        assert f"\n  {command} " in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


def test_doctor_says_that_all_is_well(run):
    done = run("doctor")
    assert done.returncode == 0, done.stdout
    assert "All is well." in done.stdout
    assert [check["name"] for check in json.loads(run("doctor", "--json").stdout)] == [
        "versions",
        "home",
        "catalog",
        "model",
        "index",
    ]


def test_doctor_says_what_is_wrong_and_what_to_do(own_home, run):
    current = next(path for path in (own_home / "index").rglob("*") if path.is_file() and path.stat().st_size > 10_000)
    current.write_bytes(current.read_bytes()[:-1] + b"x")
    done = run("doctor", BYLINE_HOME=str(own_home))
    assert done.returncode == 1
    assert "byline index" in done.stdout


def test_doctor_takes_an_index_that_the_next_question_makes_anew_for_well(own_home, run):
    done = run("doctor", BYLINE_HOME=str(own_home), BYLINE_ADAPTER="none")
    assert done.returncode == 0, done.stdout
    assert "made with another model or adapter; the next question makes it anew" in done.stdout


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux has such a place")
def test_doctor_says_that_a_place_without_files_is_no_home(run):
    done = run("doctor", BYLINE_HOME="/proc/byline")
    assert done.returncode == 1
    assert "Set BYLINE_HOME to another folder." in done.stdout


def test_index_says_how_many_it_holds(own_home, run):
    done = run("index", "--rebuild", BYLINE_HOME=str(own_home))
    assert done.returncode == 0
    assert "415 articles" in done.stdout


def test_list_counts_the_names(run):
    done = run("list", "companies", "--json")
    assert json.loads(done.stdout)["Spotify"] == 56


def test_a_closed_pipe_is_no_error(shipped_home):
    command = f"{sys.executable} -c 'from assistant.cli import main; main()' list technologies | head -1"
    environ = {**os.environ, "BYLINE_HOME": str(shipped_home)}
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, env=environ, timeout=60)
    assert done.stderr == ""
