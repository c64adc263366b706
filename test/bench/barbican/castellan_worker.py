"""Debian's castellan at work: for each line `operation count callers` the seconds and CPU seconds it took, as JSON.

castellan_worker.py ENDPOINT
"""
import json
import sys
import threading
import time

from castellan.common.objects import symmetric_key
from castellan.key_manager import barbican_key_manager
from keystoneauth1 import noauth
from oslo_config import cfg


class Plugin(noauth.NoAuth):
    def get_headers(self, session, **_):
        return {'X-Project-Id': 'bench'}

    def get_endpoint(self, session, **_):
        return sys.argv[1]


class RequestContext:
    def get_auth_plugin(self):
        return Plugin()


conf = cfg.ConfigOpts()
conf([], project='bench', default_config_files=[])
manager = barbican_key_manager.BarbicanKeyManager(conf)
conf.set_override('barbican_endpoint', sys.argv[1], 'barbican')
conf.set_override('barbican_api_version', 'v1', 'barbican')
context = RequestContext()
key = symmetric_key.SymmetricKey('AES', 256, bytes([0xa5]) * 32, name='bench')
known = manager.store(context, key)
work = {
    'store': lambda: manager.store(context, key),
    'get': lambda: manager.get(context, known).get_encoded(),
    'delete': lambda: manager.delete(context, known),
}


def repeat(operation, count):
    for _ in range(count):
        operation()


print('ready', flush=True)
for line in sys.stdin:
    name, count, callers = line.split()
    each = int(count) // int(callers)
    threads = [threading.Thread(target=repeat, args=(work[name], each)) for _ in range(int(callers))]
    wall, cpu = time.perf_counter(), time.process_time()
    if len(threads) == 1:
        repeat(work[name], each)
    else:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu]), flush=True)
