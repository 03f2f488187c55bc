"""The WeChat channel: accounts, callback gateway, client, replies, rules, menus, followers and their bindings."""
