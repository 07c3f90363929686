"""Tell whoever listens that a feed has changed (WebSub, W3C Recommendation of 2018-01-23).

`publisher` tells a hub elsewhere; `hub` is one of our own, whose subscribers get the new bytes.
Both remember in the store what they owe to whom, so that neither an end of the program nor a dead
server on the other side loses any of it, and both do so beside the publication, never in its way.
"""
