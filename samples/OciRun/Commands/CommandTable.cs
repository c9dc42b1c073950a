namespace OciRun.Commands;

/// <summary>All commands.</summary>
internal static class CommandTable
{
    public static IEnumerable<Command> All => Names.Select(name => Find(name)!);

    private static readonly string[] Names =
    [
        "checkpoint", "create", "delete", "events", "exec", "features", "kill", "list", "pause", "plan", "ps", "restore",
        "resume", "run", "spec", "start", "state", "update",
    ];

    /// <summary>The command of a name; null where there is none.</summary>
    public static Command? Find(string name) => name switch
    {
        "checkpoint" => new CheckpointCommand("checkpoint"),
        "create" => new CreateCommand(),
        "delete" => new DeleteCommand(),
        "events" => new EventsCommand(),
        "exec" => new ExecCommand(),
        "features" => new FeaturesCommand(),
        "kill" => new KillCommand(),
        "list" => new ListCommand(),
        "pause" => new PauseCommand(),
        "plan" => new PlanCommand(),
        "ps" => new PsCommand(),
        "restore" => new CheckpointCommand("restore"),
        "resume" => new ResumeCommand(),
        "run" => new RunCommand(),
        "spec" => new SpecCommand(),
        "start" => new StartCommand(),
        "state" => new StateCommand(),
        "update" => new UpdateCommand(),
        _ => null,
    };
}
