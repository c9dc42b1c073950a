using OciRun.CommandLine;

namespace OciRun;

/// <summary>Every option there is; the commands name those that they take.</summary>
internal static class Options
{
    // Of the program.
    public static readonly Option Debug = new("debug", "log what is done, too", OptionKind.Flag);
    public static readonly Option Log = new("log", "the file to write the log to (default: '/dev/stderr')");
    public static readonly Option LogFormat = new("log-format", "the format of the log: 'text' or 'json' (default: \"text\")");
    public static readonly Option Root = new("root", $"the directory for the state of containers; it should be on a tmpfs (default: \"{Settings.DefaultRoot}\")");
    public static readonly Option Criu = new("criu", "(ignored) there is no checkpoint and restore here");
    public static readonly Option SystemdCgroup = new("systemd-cgroup", "make cgroups through systemd; cgroupsPath is then \"slice:prefix:name\", such as \"system.slice:ocirun:434234\"", OptionKind.Flag);
    public static readonly Option Rootless = new("rootless", "(ignored) whether root is needed is found out: 'true', 'false' or 'auto'");
    public static readonly Option Help = new("help", "show help", OptionKind.Flag, 'h');
    public static readonly Option Version = new("version", "print the version", OptionKind.Flag, 'v');

    // Of several commands.
    public static readonly Option Bundle = new("bundle", "the bundle's directory, which holds config.json (default: the current directory)", Alias: 'b');
    public static readonly Option ConsoleSocket = new("console-socket", "an AF_UNIX socket that gets the descriptor of the terminal's master side");
    public static readonly Option PidFile = new("pid-file", "the file to write the process id to, before the command returns");
    public static readonly Option PidFdSocket = new("pidfd-socket", "an AF_UNIX socket that gets a pidfd of the process");
    public static readonly Option NoPivot = new("no-pivot", "enter the root by a moved mount, not by pivot_root: for a root on the initial ramdisk", OptionKind.Flag);
    public static readonly Option NoNewKeyring = new("no-new-keyring", "keep the caller's session keyring, which the container then sees", OptionKind.Flag);
    public static readonly Option PreserveFds = new("preserve-fds", "pass N more descriptors, from 3 + $LISTEN_FDS on (default: 0)");
    public static readonly Option Detach = new("detach", "return once it runs, do not wait for its end", OptionKind.Flag, 'd');
    public static readonly Option Format = new("format", "'table' or 'json' (default: \"table\")", Alias: 'f');

    // Of one command.
    public static readonly Option Keep = new("keep", "do not delete the container after its end", OptionKind.Flag);
    public static readonly Option NoSubreaper = new("no-subreaper", "do not become the parent of processes that lose theirs", OptionKind.Flag);
    public static readonly Option All = new("all", "signal all processes of the container", OptionKind.Flag, 'a');
    public static readonly Option Force = new("force", "kill a container that still runs; no error where there is none", OptionKind.Flag, 'f');
    public static readonly Option Quiet = new("quiet", "print ids only", OptionKind.Flag, 'q');
    public static readonly Option Json = new("json", "print the plan as JSON", OptionKind.Flag);
    public static readonly Option RootlessSpec = new("rootless", "write a configuration that an ordinary user can run", OptionKind.Flag);
    public static readonly Option Stats = new("stats", "print the statistics once and return", OptionKind.Flag);
    public static readonly Option Interval = new("interval", "the time between statistics, such as 500ms, 5s or 1m (default: 5s)");

    // Of exec.
    public static readonly Option Cwd = new("cwd", "the working directory in the container");
    public static readonly Option Env = new("env", "set a variable, NAME=VALUE", OptionKind.List, 'e');
    public static readonly Option Tty = new("tty", "give it a terminal", OptionKind.Flag, 't');
    public static readonly Option User = new("user", "the user, as <uid>[:<gid>]", Alias: 'u');
    public static readonly Option AdditionalGids = new("additional-gids", "a supplementary group", OptionKind.List, 'g');
    public static readonly Option Process = new("process", "a file with the process, as in config.json", Alias: 'p');
    public static readonly Option ProcessLabel = new("process-label", "the SELinux label");
    public static readonly Option AppArmor = new("apparmor", "the AppArmor profile");
    public static readonly Option NoNewPrivileges = new("no-new-privs", "it can never get more privileges", OptionKind.Flag);
    public static readonly Option Capability = new("cap", "add a capability", OptionKind.List, 'c');
    public static readonly Option Cgroup = new("cgroup", "a cgroup below the container's, as [<controller>:]<path>; it must exist", OptionKind.List);
    public static readonly Option IgnorePaused = new("ignore-paused", "enter a paused container; the process waits until it is resumed", OptionKind.Flag);

    // Of update.
    public static readonly Option Resources = new("resources", "a file with the resources, as in config.json, or '-' for the standard input; other options are then ignored", Alias: 'r');
    public static readonly Option BlkioWeight = new("blkio-weight", "weight of block I/O, 10 to 1000");
    public static readonly Option CpuPeriod = new("cpu-period", "period of the CPU limit, in microseconds");
    public static readonly Option CpuQuota = new("cpu-quota", "CPU time within a period, in microseconds; -1 for no limit");
    public static readonly Option CpuShare = new("cpu-share", "CPU shares: weight beside other containers");
    public static readonly Option CpuRealtimePeriod = new("cpu-rt-period", "period of the realtime limit, in microseconds");
    public static readonly Option CpuRealtimeRuntime = new("cpu-rt-runtime", "realtime within a period, in microseconds");
    public static readonly Option CpusetCpus = new("cpuset-cpus", "CPUs to use, such as 0-2,4");
    public static readonly Option CpusetMems = new("cpuset-mems", "memory nodes to use");
    public static readonly Option Memory = new("memory", "limit of memory, in bytes or with k, m, g, t; -1 for none");
    public static readonly Option MemoryReservation = new("memory-reservation", "soft limit of memory, likewise");
    public static readonly Option MemorySwap = new("memory-swap", "limit of memory and swap together, likewise");
    public static readonly Option KernelMemory = new("kernel-memory", "(obsolete; ignored)");
    public static readonly Option KernelMemoryTcp = new("kernel-memory-tcp", "(obsolete; ignored)");
    public static readonly Option PidsLimit = new("pids-limit", "most processes and threads; -1 for no limit");
    public static readonly Option L3CacheSchema = new("l3-cache-schema", "Intel RDT: the schema of the L3 cache");
    public static readonly Option MemoryBandwidthSchema = new("mem-bw-schema", "Intel RDT: the schema of memory bandwidth");

    public static readonly IReadOnlyList<Option> Global = [Debug, Log, LogFormat, Root, Criu, SystemdCgroup, Rootless, Help, Version];
}
