"""Gates: may this app, or this server, go out?"""
