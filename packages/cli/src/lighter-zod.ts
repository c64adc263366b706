import * as module from 'node:module'

// zod's index brings its messages in sixty languages, a file each, which were a seventh of what a command takes to start. English is
// loaded by itself. Where Node.js cannot do this yet (before 22.15), they are loaded as before.
module.registerHooks?.({
  resolve(specifier, context, next) {
    const unused = specifier === '../locales/index.js' && context.parentURL?.includes('/zod/v4/')
    return unused ? { url: 'data:text/javascript,', format: 'module', shortCircuit: true } : next(specifier, context)
  },
})
