"""Stories into the files that are published.

channels     which streams there are, and where a story stands
items        a story as feeds may give it out: the source's policy, and who is named
feeds        a channel as Atom, RSS and JSON Feed; its archive's volumes
archives     how a channel's history is bound into volumes
pages        the site for people
opml         the sources; sitemap: the pages, for search engines
output       into the folder, checked and whole
"""
