"""Prints, as JSON, what oslo.config reads from a file for castellan's sections: the options that the file sets.

oslo_config_reader.py CONF
"""
import json
import sys

from castellan import options
from keystoneauth1 import loading
from oslo_config import cfg

service_user = 'barbican_service_user'
conf = cfg.ConfigOpts()
for group, opts in options.list_opts():
    conf.register_opts(opts, group)
# castellan registers these when its Barbican backend starts.
loading.register_session_conf_options(conf, 'barbican')
plugin = loading.get_auth_plugin_conf_options('password')
for opt in plugin:
    opt.required = False
conf.register_opts(plugin, service_user)
conf(['--config-file', sys.argv[1]], project='test')


def given(group):
    for name in conf[group]:
        location = conf.get_location(name, group)
        # An option without a value is as good as none to all who use it.
        if location is not None and location.location is cfg.Locations.user and conf[group][name] != '':
            yield name, conf[group][name]


print(json.dumps({group: dict(given(group)) for group in ('key_manager', 'barbican', service_user)}))
