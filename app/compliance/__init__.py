"""Contact law as pure functions: who may be visited, when, by whom and how; `composition` is the door of the room."""
