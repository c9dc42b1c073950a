using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var urls = new Option<string>("--urls") { Description = "Where to listen, such as http://127.0.0.1:5000; port 0 for a free one.", DefaultValueFactory = _ => "http://127.0.0.1:5000" };
var data = new Option<string>("--data") { Description = "The folder that holds the content.", Required = true };
var readOnly = new Option<bool>("--read-only") { Description = "Refuse pushes and deletes." };
var noDelete = new Option<bool>("--no-delete") { Description = "Refuse deletes." };
var verbose = new Option<bool>("--verbose") { Description = "Log every request." };

var command = new RootCommand("An OCI registry.") { urls, data, readOnly, noDelete, verbose };
command.SetAction(async (parsed, cancellationToken) =>
{
    WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
    builder.WebHost.UseUrls(parsed.GetRequiredValue(urls));
    builder.Logging.SetMinimumLevel(LogLevel.Warning);
    builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
    builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", parsed.GetValue(verbose) ? LogLevel.Information : LogLevel.Warning);
    builder.Services.AddOciRegistry(options =>
    {
        options.RootDirectory = parsed.GetRequiredValue(data);
        options.ReadOnly = parsed.GetValue(readOnly);
        options.AllowDelete = !parsed.GetValue(noDelete);
    });
    WebApplication app = builder.Build();
    await using (app.ConfigureAwait(false))
    {
        app.MapOciRegistry();
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            // The address is in use, or the folder belongs to another registry: the message says which.
            await Console.Error.WriteLineAsync($"registry: {e.Message}");
            return 1;
        }
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }
});
return await command.Parse(args).InvokeAsync();
