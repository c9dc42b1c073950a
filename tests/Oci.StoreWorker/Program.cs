using Oci.StoreWorker;

// One command a line; each is answered with one line when it is done. Tests start many of these, and kill them.
await Task.Run(async () =>
{
    while (Console.ReadLine() is string line)
    {
        string[] words = line.Split(' ');
        string answer = words switch
        {
            ["ready"] => "ready",
            ["layout", string path] => await Scenarios.WriteLayoutAsync(path),
            ["oci-archive", string path] => await Scenarios.WriteOciArchiveAsync(path),
            ["docker-archive", string path] => await Scenarios.WriteDockerArchiveAsync(path),
            ["tag", string path, string image, string tag] => await Scenarios.AddAndTagAsync(path, image, tag),
            ["collect-registry", string path] => await RegistryScenario.CollectAsync(path),
            ["collect", string path] => await Scenarios.CollectAsync(path),
            _ => throw new ArgumentException($"'{line}' is no command."),
        };
        Console.WriteLine(answer);
    }
});
