"""The HTTP face: the published files, and what only the running daemon can answer.

face     what the daemon opens: a port, and a server on it
app      the whole face as one application: files first, then routes
files    the published files, from memory while they are the same
recall   requests seen before, answered without the application
routes   health, search, subscriptions to the own hub
server   the listening socket and the server's life
"""
