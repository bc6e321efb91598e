"""Background jobs: procrastinate tasks named `room.verb_noun`, in PostgreSQL."""
