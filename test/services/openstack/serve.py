"""Serves Debian's Barbican or Keystone on loopback: one process, HTTP/1.1 with keep-alive, one line a request in a log.

serve.py barbican PORT FOLDER    FOLDER holds paste.ini; HOME/.barbican holds barbican.conf
serve.py keystone PORT FOLDER    FOLDER holds keystone.conf; keys, schema and administrator are made where absent
"""
import base64
import os
import sqlite3
import sys
import time

kind, port, folder = sys.argv[1], int(sys.argv[2]), os.path.abspath(sys.argv[3])
# Keystone hands sys.argv to oslo.config.
sys.argv = sys.argv[:1]


def in_child(work):
    """keystone-manage's main runs once a process; a fork shares the imports, which take seconds."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
            status = 0
        except SystemExit as leave:
            status = leave.code or 0
        except BaseException:
            import traceback
            traceback.print_exc()
            status = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    if os.waitpid(pid, 0)[1]:
        raise SystemExit('keystone could not be set up')


def write_ahead(database):
    """Without it, readers lock writers out: 'database is locked', status 500."""
    connection = sqlite3.connect(database)
    connection.execute('PRAGMA journal_mode=WAL')
    connection.execute('PRAGMA user_version=0')
    connection.close()


def make_keys(name):
    path = os.path.join(folder, name)
    os.makedirs(path, 0o700, exist_ok=True)
    for key in '01':
        target = os.path.join(path, key)
        if not os.path.exists(target):
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT, 0o600), 'wb') as file:
                file.write(base64.urlsafe_b64encode(os.urandom(32)))


def keystone():
    conf = os.path.join(folder, 'keystone.conf')
    os.environ['OS_KEYSTONE_CONFIG_FILES'] = conf
    make_keys('fernet-keys')
    make_keys('credential-keys')
    from keystone.cmd import cli
    from keystone.server.wsgi import initialize_public_application
    database = os.path.join(folder, 'keystone.sqlite')
    if not os.path.exists(database):
        manage = ['keystone-manage', '--config-file', conf]
        url = 'http://127.0.0.1:%d/v3' % port
        in_child(lambda: cli.main(manage + ['db_sync']))
        write_ahead(database)
        in_child(lambda: cli.main(manage + [
            'bootstrap', '--bootstrap-username', 'admin', '--bootstrap-password', 'admin-pw',
            '--bootstrap-project-name', 'admin', '--bootstrap-role-name', 'admin',
            '--bootstrap-service-name', 'keystone', '--bootstrap-region-id', 'RegionOne',
            # keystonemiddleware looks for the internal endpoint.
            '--bootstrap-public-url', url, '--bootstrap-internal-url', url]))
    return initialize_public_application()


def barbican():
    write_ahead(os.path.join(folder, 'barbican.sqlite'))
    from paste import deploy
    return deploy.loadapp('config:' + os.path.join(folder, 'paste.ini'))


def logged(app, path):
    file = open(path, 'a', buffering=1)

    def serve(environ, start_response):
        began = time.perf_counter()
        query = environ.get('QUERY_STRING')
        line = environ['REQUEST_METHOD'] + ' ' + environ.get('SCRIPT_NAME', '') + environ['PATH_INFO']
        line += '?' + query if query else ''

        def start(status, headers, error=None):
            file.write('%s %s %.1f\n' % (status.split()[0], line, (time.perf_counter() - began) * 1000))
            return start_response(status, headers, error)
        return app(environ, start)
    return serve


application = logged({'keystone': keystone, 'barbican': barbican}[kind](), os.path.join(folder, kind + '-requests.log'))
import waitress  # noqa: E402
# SQLite takes one writer: with more threads, half of the writes that come together fail.
waitress.serve(application, listen='127.0.0.1:%d' % port, threads=1, connection_limit=1000, ident=None, _quiet=True)
