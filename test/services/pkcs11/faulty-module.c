/*
 * A PKCS#11 module in front of another one, which it passes everything on to, but for the one fault that a test asks for:
 * the file named by FAULTY_CONTROL holds "<function> <action>", is read at each call of that function, and is removed when
 * the fault has happened, unless " always" follows. FAULTY_MODULE is the path of the module behind; FAULTY_LOG gets a line for each C_Login.
 *
 * Actions: abort, segv, hang, abort-after, hang-after, return=<number>, logout, close-sessions, and for C_GetTokenInfo, which
 * keeps its fault, flags=<number to add>.
 */
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static CK_FUNCTION_LIST_PTR real;
static CK_FUNCTION_LIST list;
static CK_SLOT_ID last_slot;

static int always;

static int read_control(const char *function, char *action, size_t size) {
  const char *path = getenv("FAULTY_CONTROL");
  FILE *file = path ? fopen(path, "r") : NULL;
  if (!file) return 0;
  char name[64] = "", text[64] = "", more[64] = "";
  int fields = fscanf(file, "%63s %63s %63s", name, text, more);
  fclose(file);
  always = strcmp(more, "always") == 0;
  if (fields < 2 || strcmp(name, function) != 0) return 0;
  snprintf(action, size, "%s", text);
  return 1;
}

static void hang(void) {
  for (;;) pause();
}

static void end_by(const char *action) {
  if (strcmp(action, "abort") == 0) abort();
  if (strcmp(action, "segv") == 0) raise(SIGSEGV);
  if (strcmp(action, "hang") == 0) hang();
}

/* What happens before the real call; a return value other than CKR_OK takes its place. */
static CK_RV before(const char *function, char *action, size_t size) {
  action[0] = 0;
  /* Of several processes that have read it, the one that removes it has the fault. */
  if (!read_control(function, action, size) || (!always && unlink(getenv("FAULTY_CONTROL")) != 0)) {
    action[0] = 0;
    return CKR_OK;
  }
  end_by(action);
  if (strncmp(action, "return=", 7) == 0) return strtoul(action + 7, NULL, 0);
  if (strcmp(action, "close-sessions") == 0) real->C_CloseAllSessions(last_slot);
  return CKR_OK;
}

static CK_RV after(const char *action, CK_RV rv) {
  if (strcmp(action, "abort-after") == 0) abort();
  if (strcmp(action, "hang-after") == 0) hang();
  return rv;
}

#define PASS(function, session, ...)                                 \
  char action[64];                                                   \
  CK_RV rv = before(#function, action, sizeof action);               \
  if (rv != CKR_OK) return rv;                                       \
  if (strcmp(action, "logout") == 0) real->C_Logout(session);        \
  return after(action, real->function(session, __VA_ARGS__))

static CK_RV get_attribute_value(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, CK_ATTRIBUTE_PTR t, CK_ULONG n) {
  PASS(C_GetAttributeValue, s, o, t, n);
}

static CK_RV create_object(CK_SESSION_HANDLE s, CK_ATTRIBUTE_PTR t, CK_ULONG n, CK_OBJECT_HANDLE_PTR o) {
  PASS(C_CreateObject, s, t, n, o);
}

static CK_RV destroy_object(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o) {
  PASS(C_DestroyObject, s, o);
}

static CK_RV find_objects_init(CK_SESSION_HANDLE s, CK_ATTRIBUTE_PTR t, CK_ULONG n) {
  PASS(C_FindObjectsInit, s, t, n);
}

static CK_RV generate_key(CK_SESSION_HANDLE s, CK_MECHANISM_PTR m, CK_ATTRIBUTE_PTR t, CK_ULONG n, CK_OBJECT_HANDLE_PTR o) {
  PASS(C_GenerateKey, s, m, t, n, o);
}

static CK_RV initialize(void *arguments) {
  char action[64];
  CK_RV rv = before("C_Initialize", action, sizeof action);
  return rv == CKR_OK ? after(action, real->C_Initialize(arguments)) : rv;
}

static CK_RV login(CK_SESSION_HANDLE s, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  const char *path = getenv("FAULTY_LOG");
  FILE *file = path ? fopen(path, "a") : NULL;
  if (file) {
    fputs("C_Login\n", file);
    fclose(file);
  }
  PASS(C_Login, s, user, pin, length);
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info) {
  char action[64];
  CK_RV rv = real->C_GetTokenInfo(slot, info);
  if (rv == CKR_OK && read_control("C_GetTokenInfo", action, sizeof action) && strncmp(action, "flags=", 6) == 0)
    info->flags |= strtoul(action + 6, NULL, 0);
  return rv;
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *data, CK_NOTIFY notify, CK_SESSION_HANDLE_PTR session) {
  last_slot = slot;
  return real->C_OpenSession(slot, flags, data, notify, session);
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR result) {
  void *module = dlopen(getenv("FAULTY_MODULE"), RTLD_NOW);
  CK_C_GetFunctionList get = module ? (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList") : NULL;
  if (!get || get(&real) != CKR_OK) return CKR_GENERAL_ERROR;
  list = *real;
  list.C_GetFunctionList = C_GetFunctionList;
  list.C_Initialize = initialize;
  list.C_GetTokenInfo = get_token_info;
  list.C_OpenSession = open_session;
  list.C_Login = login;
  list.C_GetAttributeValue = get_attribute_value;
  list.C_CreateObject = create_object;
  list.C_DestroyObject = destroy_object;
  list.C_FindObjectsInit = find_objects_init;
  list.C_GenerateKey = generate_key;
  *result = &list;
  return CKR_OK;
}
