"""Does with Debian's castellan what a list of steps asks for, and prints what came of it, both as JSON.

castellan_client.py CASTELLAN_CONF STEPS
"""
import json
import sys

from castellan import key_manager
from castellan.common import exception
from castellan.common import objects
from castellan.common import utils
from oslo_config import cfg

conf = cfg.ConfigOpts()
conf(['--config-file', sys.argv[1]], project='test')
context = utils.credential_factory(conf=conf)
manager = key_manager.API(conf)

keys = {
    'symmetric': objects.symmetric_key.SymmetricKey,
    'public': objects.public_key.PublicKey,
    'private': objects.private_key.PrivateKey,
}
others = {
    'certificate': objects.x_509.X509,
    'passphrase': objects.passphrase.Passphrase,
    'opaque': objects.opaque_data.OpaqueData,
}


def store(step):
    value = bytes.fromhex(step['value'])
    if step['kind'] in keys:
        made = keys[step['kind']](step['algorithm'], step['bitLength'], value, name=step['name'])
    else:
        made = others[step['kind']](value, name=step['name'])
    return manager.store(context, made)


def get(step):
    found = manager.get(context, step['id'])
    value = found.get_encoded()
    return {
        'kind': {kind: name for name, kind in {**keys, **others}.items()}[type(found)],
        'value': (value.encode() if isinstance(value, str) else value).hex(),
        'name': found.name,
        'algorithm': getattr(found, 'algorithm', None),
        'bitLength': getattr(found, 'bit_length', None),
    }


def delete(step):
    try:
        manager.delete(context, step['id'])
        return 'deleted'
    except exception.ManagedObjectNotFoundError:
        return 'not found'


def create_key(step):
    return manager.create_key(context, step['algorithm'], step['bitLength'], name=step['name'])


def create_key_pair(step):
    return manager.create_key_pair(context, step['algorithm'], step['bitLength'], name=step['name'])


print(json.dumps([globals()[step['do']](step) for step in json.loads(sys.argv[2])]))
