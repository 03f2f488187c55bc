"""Statistics: the platform's figures kept day by day, our own counts beside them, and dashboards of both"""
