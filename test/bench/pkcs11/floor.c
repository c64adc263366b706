/*
 * What the same work costs a C program with one thread: the floor of the benchmark. Reads commands, answers each with a line:
 *   load <n>     finds the AES keys of the token, n at most; answers how many
 *   read <n>     n times: reads one of those by its handle
 *   first <id>   finds the object with this CKA_ID, in hexadecimal digits, and reads it
 *   store <n>    n times: stores an AES key
 * All but load answer nanoseconds.
 */
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST = 20000 };

static CK_FUNCTION_LIST_PTR p11;
static CK_SESSION_HANDLE session;
static CK_OBJECT_HANDLE known[MOST];
static CK_ULONG count;
static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
static CK_OBJECT_CLASS secret_key = CKO_SECRET_KEY;
static CK_KEY_TYPE aes = CKK_AES;

static void check(CK_RV rv, const char *what) {
  if (rv == CKR_OK) return;
  fprintf(stderr, "%s: 0x%lx\n", what, rv);
  exit(1);
}

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void open_token(const char *module, const char *label, const char *pin) {
  CK_C_GetFunctionList get = (CK_C_GetFunctionList)dlsym(dlopen(module, RTLD_NOW), "C_GetFunctionList");
  check(get(&p11), "C_GetFunctionList");
  CK_C_INITIALIZE_ARGS arguments = {.flags = CKF_OS_LOCKING_OK};
  check(p11->C_Initialize(&arguments), "C_Initialize");
  CK_SLOT_ID slots[64];
  CK_ULONG slot_count = 64;
  check(p11->C_GetSlotList(CK_TRUE, slots, &slot_count), "C_GetSlotList");
  for (CK_ULONG i = 0; i < slot_count; i++) {
    CK_TOKEN_INFO info;
    check(p11->C_GetTokenInfo(slots[i], &info), "C_GetTokenInfo");
    if (strncmp((char *)info.label, label, strlen(label)) != 0) continue;
    check(p11->C_OpenSession(slots[i], CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session), "C_OpenSession");
    check(p11->C_Login(session, CKU_USER, (CK_UTF8CHAR_PTR)pin, strlen(pin)), "C_Login");
    return;
  }
  fprintf(stderr, "no such token\n");
  exit(1);
}

static CK_ULONG find(CK_ATTRIBUTE *template, CK_ULONG length, CK_OBJECT_HANDLE *objects, CK_ULONG most) {
  CK_ULONG found = 0, some = 0;
  check(p11->C_FindObjectsInit(session, template, length), "C_FindObjectsInit");
  do {
    check(p11->C_FindObjects(session, objects + found, most - found, &some), "C_FindObjects");
    found += some;
  } while (some > 0 && found < most);
  check(p11->C_FindObjectsFinal(session), "C_FindObjectsFinal");
  return found;
}

/* The attributes that the backend reads, into buffers that are large enough: one call. */
static void read_object(CK_OBJECT_HANDLE object) {
  unsigned char id[64], label[256], value[64];
  CK_KEY_TYPE type;
  CK_ATTRIBUTE template[] = {
    {CKA_ID, id, sizeof id}, {CKA_LABEL, label, sizeof label}, {CKA_KEY_TYPE, &type, sizeof type}, {CKA_VALUE, value, sizeof value}};
  check(p11->C_GetAttributeValue(session, object, template, 4), "C_GetAttributeValue");
}

static void first(const char *hex) {
  unsigned char id[64];
  CK_ULONG length = strlen(hex) / 2;
  for (CK_ULONG i = 0; i < length; i++) sscanf(hex + 2 * i, "%2hhx", &id[i]);
  CK_ATTRIBUTE template[] = {
    {CKA_CLASS, &secret_key, sizeof secret_key}, {CKA_TOKEN, &yes, sizeof yes}, {CKA_ID, id, length}};
  CK_OBJECT_HANDLE objects[3];
  if (find(template, 3, objects, 3) != 1) exit(2);
  read_object(objects[0]);
}

static void store(void) {
  unsigned char id[16], value[32];
  char label[64] = "benchmark";
  for (int i = 0; i < 16; i++) id[i] = rand();
  for (int i = 0; i < 32; i++) value[i] = rand();
  CK_ATTRIBUTE template[] = {
    {CKA_CLASS, &secret_key, sizeof secret_key}, {CKA_KEY_TYPE, &aes, sizeof aes},
    {CKA_TOKEN, &yes, sizeof yes}, {CKA_PRIVATE, &yes, sizeof yes},
    {CKA_ID, id, sizeof id}, {CKA_LABEL, label, strlen(label)},
    {CKA_SENSITIVE, &no, sizeof no}, {CKA_EXTRACTABLE, &yes, sizeof yes},
    {CKA_ENCRYPT, &yes, sizeof yes}, {CKA_DECRYPT, &yes, sizeof yes},
    {CKA_WRAP, &yes, sizeof yes}, {CKA_UNWRAP, &yes, sizeof yes},
    {CKA_VALUE, value, sizeof value}};
  CK_OBJECT_HANDLE object;
  check(p11->C_CreateObject(session, template, sizeof template / sizeof template[0], &object), "C_CreateObject");
}

int main(int argc, char **argv) {
  if (argc != 4) return 3;
  open_token(argv[1], argv[2], argv[3]);
  char command[16], argument[160];
  srand(time(NULL));
  while (scanf("%15s %159s", command, argument) == 2) {
    long long start = now();
    if (strcmp(command, "load") == 0) {
      CK_ATTRIBUTE template[] = {{CKA_CLASS, &secret_key, sizeof secret_key}};
      CK_ULONG most = strtoul(argument, NULL, 10);
      count = find(template, 1, known, most < MOST ? most : MOST);
      printf("%lu\n", count);
    } else {
      if (strcmp(command, "read") == 0)
        for (int i = atoi(argument); i > 0; i--) read_object(known[rand() % count]);
      if (strcmp(command, "first") == 0) first(argument);
      if (strcmp(command, "store") == 0)
        for (int i = atoi(argument); i > 0; i--) store();
      printf("%lld\n", now() - start);
    }
    fflush(stdout);
  }
  return 0;
}
