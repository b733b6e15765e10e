# The commands of this project; `make help` lists them. PYTHON=/path/to/python chooses the interpreter.
.DEFAULT_GOAL := help
BIN := .venv/bin
SOURCES := manage.py portal registry tendlc simulator tests benchmarks
EXISTING = $(wildcard $(SOURCES))
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate $(UPGRADE)
# What starts whole portals mostly waits and goes two at a time, but what looks at seconds (tests/run) alone.
APART := tests/run tests/e2e tests/faults
STEPS := lint types migrations deployable wide apart
export PYTHON

.PHONY: help run setup test lint types fmt lock e2e faults bench smoke migrations deployable pytest wide apart

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: ## start the portal with demo data (PORTAL_PORT, PORTAL_VAR move it)
	@sh portal/run/environment.sh runtime && exec $(BIN)/python -m portal.run --follow-parent

setup: ## the environment with everything for development; starts nothing
	@sh portal/run/environment.sh dev

test: setup ## lint, types, migrations, production check and all tests
	@failed=; \
	for step in $(STEPS); do \
		echo "== $$step"; \
		$(MAKE) --no-print-directory $$step || failed="$$failed $$step"; \
	done; \
	if [ -n "$$failed" ]; then echo "== make test FAILED in:$$failed"; exit 1; fi; \
	echo "== make test passed: $(STEPS)"

lint: setup ## ruff and djlint
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet . \
		|| { echo "'make fmt' may help."; exit 1; }
	@if [ -d templates ]; then $(BIN)/djlint --quiet --lint templates; fi

types: setup ## mypy --strict
	@$(BIN)/mypy $(EXISTING)

fmt: setup ## format the code
	@$(BIN)/ruff check --quiet --fix-only . ; $(BIN)/ruff format .

migrations: setup
	@PORTAL_VAR=$$(mktemp -d) && export PORTAL_VAR && \
		$(BIN)/python manage.py makemigrations --check --dry-run; \
		code=$$?; rm -rf "$$PORTAL_VAR"; exit $$code

deployable: setup
	@env -i PATH="$$PATH" PORTAL_MODE=production PORTAL_VAR="$${TMPDIR:-/tmp}/portal-deployable" \
		PORTAL_URL=https://portal.example.com ALLOWED_HOSTS=portal.example.com INSTALLATION_ID=deployable \
		SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
		ENCRYPTION_KEYS="$$($(BIN)/python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')" \
		DATABASE_URL=postgres://portal:portal@db.example.com/portal REDIS_URL=redis://redis.example.com:6379/0 \
		EMAIL_URL=smtp+tls://portal:portal@mail.example.com:587 \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

pytest: setup
	@$(BIN)/pytest $(ARGS)

wide: setup
	@$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile $(addprefix --ignore ,$(APART) tests/benchmarks) $(ARGS)

apart: setup
	@$(BIN)/pytest tests/run $(ARGS); first=$$?; \
		$(BIN)/pytest -n 2 --dist loadfile $(filter-out tests/run,$(APART)) $(ARGS) && exit $$first

e2e: setup ## only the browser journeys
	@$(BIN)/pytest -m e2e $(ARGS)

faults: setup ## the fault matrix, and real processes killed (FAULTS_OPERATIONS, FAULTS_PROCESSES=all, FAULTS_SEED)
	@export FAULTS_OPERATIONS=$${FAULTS_OPERATIONS:-2000}; \
		$(BIN)/pytest -n 2 tests/faults/test_matrix.py $(ARGS); first=$$?; \
		$(BIN)/pytest tests/faults/test_processes.py $(ARGS) && exit $$first

BENCH = $(filter-out __init__,$(basename $(notdir $(wildcard benchmarks/*.py))))
bench: setup ## measure (BENCH="gate" chooses one; needs BENCH_DATABASE_URL)
	@for name in $(BENCH); do echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

smoke: setup ## every benchmark on a handful of rows (needs TEST_SERVICES_DATABASE_URL and TEST_REDIS_URL)
	@$(BIN)/pytest -n 4 tests/benchmarks $(ARGS)

lock: setup ## renew the locked requirements (UPGRADE=--upgrade for newer versions)
	@for name in runtime dev node; do \
		$(COMPILE) requirements/$$name.in --output-file requirements/$$name.txt > /dev/null || exit 1; \
	done
	@npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund
