"""Production as described: the compose file and the Dockerfile say what they must, and every command of ours runs."""

import os
import re
import shlex
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from scripts import local_servers
from tests.processes import MIGRATE, PRODUCTION, child, free_port, own_database, until

CLONE = local_servers.CLONE
COMPOSE = yaml.safe_load((CLONE / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
DOCKERFILE = (CLONE / "Dockerfile").read_text()
SECRETS = ("SECRET_KEY", "FIELD_KEY", "INDEX_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD")


def instructions():
    """The Dockerfile as (instruction, arguments), continued lines joined."""
    text = re.sub(r"\\\n", " ", DOCKERFILE)
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def test_compose_has_the_services_of_production():
    assert set(SERVICES) == {"database", "queue", "migrate", "web", "worker", "beat"}
    assert SERVICES["database"]["image"] == "postgres:18"
    assert set(OURS) == {"migrate", "web", "worker", "beat"}


def test_every_lasting_service_has_a_health_check():
    assert all("healthcheck" in service for name, service in SERVICES.items() if name != "migrate")


def test_everything_waits_for_what_it_needs():
    assert OURS["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    for name in ("web", "worker", "beat"):
        assert OURS[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "queue": {"condition": "service_healthy"},
        }


def test_ports_are_open_to_this_machine_only():
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(str(port).startswith("127.0.0.1:") for port in ports)


def test_secrets_come_from_the_environment_and_are_required():
    text = (CLONE / "docker-compose.yml").read_text()
    for name in SECRETS:
        assert f"${{{name}:?" in text
        assert not re.search(rf"\$\{{?{name}(\}}|:-)", text), f"{name} has a default or may be empty"
    for service in OURS.values():
        assert {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEY", "INDEX_KEY"} <= set(service["environment"])
    assert not any(name in DOCKERFILE for name in SECRETS)


def test_product_runs_without_privileges():
    for service in OURS.values():
        assert service["cap_drop"] == ["ALL"]
        assert service["read_only"] is True
    last_stage = DOCKERFILE.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER crm$", last_stage, re.MULTILINE)
    assert "CRM_PRODUCTION=1" in last_stage


def test_images_name_no_registry_host_and_packages_are_pinned():
    images = [service["image"] for service in SERVICES.values()]
    images += [rest.split()[0] for word, rest in instructions() if word == "FROM"]
    assert not [image for image in images if "." in image.split("/")[0].split(":")[0]]
    assert "--require-hashes" in DOCKERFILE
    assert "npm ci" in DOCKERFILE


def test_files_that_the_image_copies_exist():
    for word, rest in instructions():
        if word == "COPY" and "--from" not in rest:
            *sources, _target = rest.split()
            assert all((CLONE / source).exists() for source in sources), rest


def test_locks_and_configuration_name_no_host():
    for name in ("requirements/production.txt", "requirements/development.txt", "package-lock.json", ".npmrc"):
        assert "://" not in (CLONE / name).read_text(), name


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    """The environment of a container, with a database of its own, migrated by the compose file's own command.

    The same command, in production as well, has migrated the empty database that this one is a copy of.
    """
    folder = tmp_path_factory.mktemp("deployment")
    with own_database("deployment", migrated=True) as url:
        environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            **PRODUCTION,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "VAR_DIR": str(folder),
            "DATABASE_URL": url,
            "REDIS_URL": os.environ["REDIS_URL"].rpartition("/")[0] + "/9",
            **{key: os.environ[key] for key in local_servers.KEYS},
        }
        assert OURS["migrate"]["command"][-1].startswith(f"python {shlex.join(MIGRATE)} && ")
        done = subprocess.run(
            OURS["migrate"]["command"], cwd=CLONE, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        yield environment


@contextmanager
def service(name, environment, port=8000):
    """Run a service's own command as the container would; yields a function that reads what it has said so far."""
    command = [str(part).replace("0.0.0.0:8000", f"127.0.0.1:{port}") for part in OURS[name]["command"]]
    with child(command, environment, Path(environment["VAR_DIR"]) / f"{name}.log") as said:
        yield said


def healthy(name, environment):
    """Whether the compose file's own health check of a service passes."""
    check = OURS[name]["healthcheck"]["test"]
    assert check[0] == "CMD"
    done = subprocess.run(check[1:], cwd=CLONE, env=environment, capture_output=True, check=False)
    return done.returncode == 0


def test_web_command_answers_and_is_healthy(production):
    port = free_port()
    with service("web", production, port) as said:

        def alive():
            request = urllib.request.Request(f"http://127.0.0.1:{port}/livez", headers={"Host": "crm.example.com"})
            try:
                with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  our own address
                    return answer.status == 200
            except (urllib.error.URLError, OSError):
                return False

        assert until(alive), said()
        assert healthy("web", production | {"HEALTH_PORT": str(port)})
    assert not healthy("web", production | {"HEALTH_PORT": str(port)})


def test_worker_command_gets_ready_and_is_healthy(production):
    with service("worker", production) as said:
        assert until(lambda: " ready." in said()), said()
        assert healthy("worker", production)


def test_beat_command_starts_and_is_healthy(production):
    assert not healthy("beat", production)
    with service("beat", production) as said:
        assert until(lambda: "beat: Starting" in said()), said()
        assert until(lambda: healthy("beat", production)), said()


def test_production_does_not_start_without_its_keys(production):
    for name in (*local_servers.KEYS, "DATABASE_URL"):
        environment = {key: value for key, value in production.items() if key != name}
        done = subprocess.run(
            [sys.executable, "manage.py", "check"],
            cwd=CLONE,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        assert name in done.stderr
