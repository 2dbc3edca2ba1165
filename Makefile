# Thin aliases; the work is done by cargo and by the scripts in deploy/.
.PHONY: demo up test bench fuzz lint fmt setup clean

# nats-server and, for tests, PostgreSQL and Chromium: found or installed, else a clear message
setup:
	@deploy/get-nats-server

# Everything on this machine, an exercise played through it, and a page to look at. Stop with ctrl-c.
demo: setup
	cargo build --locked --package mirab
	target/debug/mirab up --demo --data target/demo

up: setup
	cargo run --locked --package mirab -- up

test: setup
	@deploy/get-test-tools
	cargo nextest run --locked --workspace --no-fail-fast

# What it costs: figures, not verdicts; release build, a quiet machine
bench: setup
	cargo bench --locked --package intake --bench import
	cargo bench --locked --package intake --bench clusters
	cargo bench --locked --package intake --bench coding
	cargo bench --locked --package analysis --bench situation

# One fuzz target, guided by coverage and without end, by its name in the tests; `cargo install cargo-bolero` first. What it finds
# is kept beside the test and tried by `make test` from then on.
fuzz: PACKAGE ?= intake
fuzz: TARGET ?= sources::fuzz::any_message_of_cap_gives_facts_or_reasons
fuzz:
	cargo bolero test --package $(PACKAGE) $(TARGET)

lint:
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings

fmt:
	cargo fmt --all

clean:
	cargo clean
