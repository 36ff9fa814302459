"""OpenStack Swift with its S3 API, all of it in one process. Arguments: a directory of its own, and a port, 0 for a free one.

Prints the port once it answers. The key is test:tester with the secret "testing".
"""
import os
import sys

import eventlet

eventlet.monkey_patch()

from eventlet import listen, wsgi  # noqa: E402
from swift.common import utils  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.wsgi import loadapp  # noqa: E402

directory, port = os.path.abspath(sys.argv[1]), int(sys.argv[2])
kinds = ("account", "container", "object")


def write(name, text):
    with open(os.path.join(directory, name), "w") as file:
        file.write(text)
    return os.path.join(directory, name)


utils.SWIFT_CONF_FILE = write("swift.conf", "[swift-hash]\nswift_hash_path_suffix = tests\n")
utils.validate_hash_conf()
os.makedirs(os.path.join(directory, "d1"), exist_ok=True)

common = f"[DEFAULT]\nswift_dir = {directory}\ndevices = {directory}\nmount_check = false\nlog_level = ERROR\n"
sockets = {kind: listen(("127.0.0.1", 0)) for kind in kinds}
for kind, socket in sockets.items():
    ring = RingBuilder(2, 1, 0)
    ring.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": socket.getsockname()[1],
                  "device": "d1", "weight": 1, "id": 0})
    ring.rebalance()
    ring.get_ring().save(os.path.join(directory, f"{kind}.ring.gz"))

apps = {
    kind: write(f"{kind}.conf", f"{common}[pipeline:main]\npipeline = app\n[app:app]\nuse = egg:swift#{kind}\n")
    for kind in kinds
}
proxy = write("proxy.conf", f"""{common}[pipeline:main]
pipeline = catch_errors cache listing_formats bulk s3api tempauth copy slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:9
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
""")
quiet = open(os.devnull, "w")
for kind, socket in sockets.items():
    eventlet.spawn(wsgi.server, socket, loadapp(apps[kind]), log=quiet)
front = listen(("127.0.0.1", port))
print(front.getsockname()[1], flush=True)
wsgi.server(front, loadapp(proxy), log=quiet)
